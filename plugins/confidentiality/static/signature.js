// A place to sign with a finger, a pen or the mouse. Without it, or without a drawing, her typed name is her signature.
(() => {
  "use strict";
  const form = document.querySelector("[data-signature]");
  const field = form && form.querySelector("[data-pad]");
  if (!field) return;
  const canvas = field.querySelector("canvas"), drawn = form.querySelector("[name=drawn]");
  const pen = canvas.getContext("2d");
  const INK = "#241a24", WIDTH = 2.4;
  let strokes = [], current = null; // points as shares of the width: the pad keeps its proportions when the phone is turned

  const scale = () => canvas.clientWidth || 1;
  const line = (stroke) => {
    const [first, ...rest] = stroke.map(([x, y]) => [x * scale(), y * scale()]);
    pen.beginPath();
    pen.moveTo(...first);
    if (!rest.length) pen.lineTo(first[0] + 0.1, first[1]);
    for (const point of rest) pen.lineTo(...point);
    pen.stroke();
  };
  const redraw = () => {
    const dense = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = Math.round(canvas.clientWidth * dense);
    canvas.height = Math.round(canvas.clientHeight * dense);
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    pen.strokeStyle = INK;
    pen.lineWidth = WIDTH;
    pen.lineCap = pen.lineJoin = "round";
    strokes.forEach(line);
  };
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / scale(), (event.clientY - box.top) / scale()];
  };
  const keep = () => { drawn.value = strokes.length ? canvas.toDataURL("image/png") : ""; };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    current = [point(event)];
    strokes.push(current);
    line(current);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!current) return;
    for (const each of event.getCoalescedEvents ? event.getCoalescedEvents() : [event]) {
      current.push(point(each));
      line(current.slice(-2));
    }
  });
  const end = () => { if (current) { current = null; keep(); } };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  field.querySelector("[data-clear]").addEventListener("click", () => { strokes = []; redraw(); keep(); });
  addEventListener("resize", () => { redraw(); keep(); });

  field.hidden = false;
  redraw();
})();
