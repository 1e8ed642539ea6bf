// Small comforts on top of pages that all work without them: quick exit, find (Ctrl K), dialogs, copying, bulk selection.
// Nothing here writes HTML from text: every node is made, so no answer of the server can become markup.
(() => {
  "use strict";
  const doc = document, root = doc.documentElement, body = doc.body;
  const one = (css, from = doc) => from.querySelector(css);
  const all = (css, from = doc) => [...from.querySelectorAll(css)];
  const make = (tag, attrs = {}, ...kids) => {
    const node = doc.createElement(tag);
    for (const [k, v] of Object.entries(attrs)) node.setAttribute(k, v);
    node.append(...kids);
    return node;
  };

  // ── quick exit: hide first, then close the session, then leave without a trace in Back ──
  const exit = one("form[data-exit]");
  const leave = () => {
    root.hidden = true;
    doc.title = "";
    fetch(exit.action, { method: "POST", body: new FormData(exit), keepalive: true, credentials: "same-origin", redirect: "manual" }).catch(() => {});
    location.replace(exit.dataset.exit);
  };
  if (exit) {
    exit.addEventListener("submit", (e) => { e.preventDefault(); leave(); });
    let shifts = [];
    doc.addEventListener("keydown", (e) => {
      if (e.key !== "Shift") { shifts = []; return; }
      if (e.repeat) return;
      shifts = [...shifts.filter((t) => e.timeStamp - t < 1000), e.timeStamp];
      if (shifts.length >= 3) leave();
    }, true);
  }
  // A page brought back from the browser's memory is asked for again: the session may be closed by now.
  addEventListener("pageshow", (e) => {
    if (e.persisted && (root.hidden || "signedIn" in body.dataset)) { root.hidden = true; location.reload(); }
    all("form[data-sent]").forEach((f) => delete f.dataset.sent);
  });

  // ── the pages of one thing: on a phone they slide, and the one shown is in sight ──
  all(".subnav [aria-current]").forEach((here) => { const bar = here.parentNode; bar.scrollLeft = here.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2; });

  // ── dialogs ──
  const open = (id) => {
    const d = doc.getElementById(id);
    if (!d || !d.showModal) return false;
    if (!d.open) { closePops(); d.showModal(); d.dispatchEvent(new Event("opened")); }
    return true;
  };
  const closePops = (except) => all("details.pop[open], .tabs details[open]").forEach((d) => { if (d !== except) d.open = false; });
  doc.addEventListener("click", (e) => {
    const opener = e.target.closest("[data-opens]");
    if (opener && !e.ctrlKey && !e.metaKey && !e.shiftKey && open(opener.dataset.opens)) e.preventDefault();
    if (e.target.matches("dialog")) e.target.close(); // a click on the veil
    closePops(e.target.closest("details"));
  });

  // ── keys ──
  const single = one("[data-single-keys]");
  const remembered = () => { try { return localStorage.getItem("single-keys") !== "off"; } catch { return true; } };
  if (single) {
    single.checked = remembered();
    single.addEventListener("change", () => { try { localStorage.setItem("single-keys", single.checked ? "on" : "off"); } catch { /* private window */ } });
  }
  doc.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === "k" && one("#palette")) { e.preventDefault(); open("palette"); }
    else if (e.key === "Escape") {
      const pop = one("details.pop[open], .tabs details[open]");
      if (pop) { pop.open = false; one("summary", pop).focus(); }
    } else if (e.key === "?" && single && single.checked && !e.target.closest("input, textarea, select, [contenteditable], dialog")) { e.preventDefault(); open("keys"); }
  });

  // ── find: people, pages, actions; the menu answers at once, the server a moment later ──
  const palette = one("#palette");
  if (palette) {
    const field = one("input", palette), list = one("[role=listbox]", palette), say = one("[role=status]", palette);
    const fold = (s) => s.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
    const pages = all(".side .menu a").map((a) => ({
      url: a.href, label: one("span", a).textContent, icon: one("use", a).getAttribute("href").split("#")[1], group: palette.dataset.menu,
    }));
    let chosen = -1, waiting, flight;
    const options = () => all("[role=option]", list);
    const icon = (name) => {
      const ns = "http://www.w3.org/2000/svg", svg = doc.createElementNS(ns, "svg"), use = doc.createElementNS(ns, "use");
      svg.setAttribute("class", "i"); svg.setAttribute("aria-hidden", "true");
      use.setAttribute("href", `${palette.dataset.icons}#${name}`);
      svg.append(use);
      return svg;
    };
    const choose = (i) => {
      const opts = options();
      chosen = opts.length ? (i + opts.length) % opts.length : -1;
      opts.forEach((o, n) => o.setAttribute("aria-selected", n === chosen));
      if (chosen < 0) { field.removeAttribute("aria-activedescendant"); return; }
      field.setAttribute("aria-activedescendant", opts[chosen].id);
      opts[chosen].scrollIntoView({ block: "nearest" });
    };
    const show = (items, settled) => {
      const groups = new Map();
      items.forEach((it) => groups.set(it.group || "", [...(groups.get(it.group || "") || []), it]));
      let n = 0;
      list.replaceChildren(...[...groups].map(([name, its]) => {
        const box = make("div", { role: "group", "aria-label": name || palette.getAttribute("aria-label") });
        if (name) box.append(make("p", { class: "menu-t", "aria-hidden": "true" }, name));
        its.forEach((it) => {
          const o = make("div", { role: "option", id: `found-${n++}`, "aria-selected": "false" }, icon(it.icon || "arrow-right"), make("span", {}, it.label));
          if (it.hint) o.append(make("small", {}, it.hint));
          o.dataset.url = it.url;
          box.append(o);
        });
        return box;
      }));
      field.setAttribute("aria-expanded", String(items.length > 0));
      list.hidden = !items.length;
      if (settled) say.textContent = items.length ? palette.dataset.some.replace("{n}", items.length) : palette.dataset.none;
      choose(0);
    };
    const ask = () => {
      const q = field.value.trim(), near = pages.filter((p) => fold(p.label).includes(fold(q)));
      show(near, false);
      clearTimeout(waiting);
      if (flight) flight.abort();
      waiting = setTimeout(async () => {
        flight = new AbortController();
        try {
          const answer = await fetch(palette.dataset.url, { method: "POST", body: new URLSearchParams({ q }), signal: flight.signal, headers: { Accept: "application/json", ...JSON.parse(body.getAttribute("hx-headers")) }, credentials: "same-origin" });
          if (!answer.ok) throw answer;
          const found = await answer.json(), seen = new Set(found.map((f) => new URL(f.url, location.href).href));
          show([...found, ...near.filter((p) => !seen.has(p.url))], true);
        } catch (err) { if (err.name !== "AbortError") show(near, true); }
      }, 120);
    };
    const go = (o) => { if (o) { palette.close(); location.assign(o.dataset.url); } };
    palette.addEventListener("opened", () => { field.value = ""; field.focus(); ask(); });
    field.addEventListener("input", ask);
    field.addEventListener("keydown", (e) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (step) { e.preventDefault(); choose(chosen + step); }
      else if (e.key === "Enter") { e.preventDefault(); go(options()[chosen]); }
    });
    list.addEventListener("click", (e) => go(e.target.closest("[role=option]")));
  }

  // ── copying a code ──
  const dress = (from) => {
    all("[data-copies]", from).forEach((b) => { b.hidden = !navigator.clipboard; });
    all("[data-bulk]", from).forEach((bar) => { const box = one("[data-all]", bar); if (box) box.closest("label").hidden = false; });
  };
  doc.addEventListener("click", async (e) => {
    const b = e.target.closest("[data-copies]");
    if (!b) return;
    await navigator.clipboard.writeText(doc.getElementById(b.dataset.copies).textContent.trim());
    const word = one("span", b), before = word.textContent;
    word.textContent = b.dataset.done;
    setTimeout(() => { word.textContent = before; }, 2000);
  });

  // ── selecting many rows; filters that apply themselves; a form is sent once ──
  doc.addEventListener("change", (e) => {
    const form = e.target.form;
    if (!form) return;
    const bar = one("[data-bulk]", form);
    if (bar) {
      const boxes = all(".pick input", form), everything = one("[data-all]", bar), out = one("output", bar);
      if (e.target === everything) boxes.forEach((b) => { b.checked = everything.checked; });
      const n = boxes.filter((b) => b.checked).length;
      everything.checked = n === boxes.length;
      everything.indeterminate = n > 0 && n < boxes.length;
      out.textContent = out.dataset.text.replace("{n}", n);
    }
    if ("autosubmit" in form.dataset) form.requestSubmit();
  });
  doc.addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || form.method !== "post" || form === exit) return;
    if ("sent" in form.dataset) e.preventDefault();
    form.dataset.sent = "";
    setTimeout(() => delete form.dataset.sent, 4000); // the answer was a download, or never came
  });

  // ── htmx: say it is working, say when it did not ──
  let busy = 0;
  const working = (n) => { busy = Math.max(0, busy + n); setTimeout(() => body.classList.toggle("busy", busy > 0), busy ? 300 : 0); };
  body.addEventListener("htmx:beforeRequest", () => working(1));
  body.addEventListener("htmx:afterRequest", () => working(-1));
  body.addEventListener("htmx:afterSwap", (e) => { dress(e.target); const f = one("[autofocus]", e.target); if (f) f.focus(); });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) body.addEventListener(name, (e) => {
    if (e.detail.xhr && e.detail.xhr.status === 401) { location.reload(); return; }
    const region = one("#flashes");
    if (region) region.replaceChildren(make("div", { class: "note late" }, make("div", {}, make("p", {}, body.dataset.lost))));
  });

  dress(doc);
})();
