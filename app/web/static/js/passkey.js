// A form that a passkey answers: its options are asked for, the browser asks her, the answer goes into the form.
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((k) => ({ ...k, id: bytes(k.id) }));

  const ask = async (o) => {
    const challenge = bytes(o.challenge);
    if (!o.user) return navigator.credentials.get({ publicKey: { ...o, challenge, allowCredentials: known(o.allowCredentials) } });
    return navigator.credentials.create({ publicKey: { ...o, challenge, user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: known(o.excludeCredentials) } });
  };
  const plain = (key) => {
    const { response } = key, out = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) if (response[name]) out[name] = text(response[name]);
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response: out, clientExtensionResults: {} });
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      const say = form.querySelector("[role=status]"), button = form.querySelector("button");
      say.textContent = "";
      button.disabled = true;
      try {
        const answer = await fetch(form.dataset.passkey, { credentials: "same-origin", headers: { Accept: "application/json" } });
        if (!answer.ok || answer.redirected) throw answer;
        form.elements.credential.value = plain(await ask(await answer.json()));
        form.submit();
      } catch {
        say.textContent = form.dataset.failed;
        button.disabled = false;
      }
    });
  });
})();
