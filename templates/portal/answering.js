// The page on which a checklist is answered: saves what is typed, and keeps it in this browser until the server has it.
// Without this script the same form is saved by its buttons. All words shown stand in the page (#words).
(() => {
  'use strict';
  const form = document.getElementById('answering');
  if (!form) return;
  const status = document.getElementById('status');
  const store = `inspection:${form.dataset.owner}:`;
  const WAIT = 800, AGAIN = 4000, FORGOTTEN_AFTER = 30 * 86400000;
  const fields = new Map();
  const clashes = new Map();
  let timer = 0, running = null, keepsHere = true, passing = false;

  const word = (name, values = {}) => {
    const found = document.querySelector(`#words [data-word="${name}"]`);
    return found.textContent.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');
  };
  const tell = (kind, name, values) => {
    status.className = `saved saved--${kind}`;
    status.querySelector('span').textContent = word(name, values);
    document.getElementById('way').hidden = name !== 'expired';
  };

  for (const seen of form.querySelectorAll('input[name^="was."]')) {
    const name = seen.name.slice(4);
    const controls = [...form.elements].filter((one) => one.name === name);
    const read = () => {
      if (controls[0].type === 'radio') return (controls.find((one) => one.checked) || { value: '' }).value;
      if (controls[0].type === 'checkbox') return controls[0].checked ? controls[0].value : '';
      return controls[0].value;
    };
    const write = (text) => {
      if (controls[0].type === 'radio') controls.forEach((one) => { one.checked = one.value === text; });
      else if (controls[0].type === 'checkbox') controls[0].checked = text !== '';
      else controls[0].value = text;
    };
    const field = { name, seen, controls, read, write, kept: seen.dataset.kept ?? read(), tried: [] };
    fields.set(name, field);
    controls.forEach((one) => ['input', 'change'].forEach((kind) => one.addEventListener(kind, () => changed(field))));
  }

  // what was sent without an answer may stand there: until one comes, nothing is known to be kept
  const isDirty = (field) => field.read() !== field.kept || field.tried.length > 0;
  const dirty = () => [...fields.values()].filter((one) => isDirty(one) && !clashes.has(one.name));

  function keepHere(field) {
    try {
      if (isDirty(field)) {
        const kept = { text: field.read(), was: field.seen.value, tried: field.tried, at: Date.now() };
        localStorage.setItem(store + field.name, JSON.stringify(kept));
      } else localStorage.removeItem(store + field.name);
    } catch { keepsHere = false; }
  }

  function changed(field) {
    keepHere(field);
    progress();
    if (dirty().length) { tell('busy', 'typing'); later(WAIT); }
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(() => save(), wait);
  }

  function save() {
    running = (running || Promise.resolve(true)).then(send).finally(() => { if (!dirty().length) running = null; });
    return running;
  }

  async function saveAll() {
    for (let left = 3; left && (dirty().length || running); left -= 1) if (!await save()) return false;
    return !dirty().length && !clashes.size;
  }

  async function send() {
    clearTimeout(timer);
    const sent = new Map(dirty().map((one) => [one.name, one.read()]));
    if (!sent.size) return !clashes.size;
    tell('busy', 'saving');
    const body = new URLSearchParams({ form_token: form.elements.form_token.value });
    for (const [name, text] of sent) {
      fields.get(name).tried.push(text);
      keepHere(fields.get(name));
      body.append(name, text);
      body.append(`was.${name}`, fields.get(name).seen.value);
    }
    let told;
    try {
      const answer = await fetch(form.dataset.draft, { method: 'POST', body, redirect: 'manual', keepalive: `${body}`.length < 60000 });
      if (answer.type === 'opaqueredirect' || answer.status === 401) return failed('expired');
      if (answer.status === 403) return failed('stale');
      if (answer.status === 409 || answer.status === 404) return failed('closed');
      if (answer.status >= 500) { later(AGAIN); return failed('offline'); }
      if (!answer.ok) return failed('refused');
      told = await answer.json();
    } catch {
      later(AGAIN);
      return failed('offline');
    }
    for (const [name, now] of Object.entries(told.fields)) take(fields.get(name), now, sent, told.clashes[name]);
    progress();
    if (clashes.size) tell('ask', 'clash');
    else if (dirty().length) tell('busy', 'typing');
    else tell('done', 'saved', { time: told.saved_at });
    if (dirty().length) later(WAIT);
    return !clashes.size;
  }

  function failed(name) {
    tell('bad', keepsHere ? name : 'fragile');
    return false;
  }

  function take(field, now, sent, clash) {
    if (!field) return;
    // the server had what we sent, only its answer was lost: then the other is we ourselves, and ours is sent again
    const isOurs = sent.has(field.name) && field.tried.slice(0, -1).includes(now.text);
    if (clash && !isOurs) { ask(field, now, clash); return; }
    if (sent.has(field.name)) {
      const mine = sent.get(field.name);
      if (now.text === mine || !isOurs) field.tried = [];
      if (now.text !== mine && !isOurs && field.read() === mine) field.write(now.text);  // theirs; ours is what was there
      field.kept = now.text;
    } else if (isDirty(field) || field.seen.value === now.was) return;  // typed meanwhile, or nobody changed it
    else { field.kept = now.text; if (field.read() !== now.text) field.write(now.text); }
    field.seen.value = now.was;
    keepHere(field);
  }

  function ask(field, now, clash) {
    clashes.get(field.name)?.remove();
    const box = document.getElementById('clash').content.firstElementChild.cloneNode(true);
    const said = (text) => {
      const control = field.controls.find((one) => one.type === 'radio' && one.value === text);
      return control ? control.closest('label').textContent.trim() : field.controls[0].type === 'checkbox'
        ? word(text ? 'ticked' : 'unticked') : text || word('blank');
    };
    box.querySelector('[data-who]').textContent = clash.by;
    box.querySelector('[data-theirs]').textContent = said(clash.theirs);
    box.querySelector('[data-mine]').textContent = said(field.read());
    const settle = () => { box.remove(); clashes.delete(field.name); field.seen.value = now.was; field.kept = clash.theirs; field.tried = []; };
    box.querySelector('[data-use=mine]').addEventListener('click', () => { settle(); keepHere(field); save(); field.controls[0].focus(); });
    box.querySelector('[data-use=theirs]').addEventListener('click', () => {
      settle(); field.write(clash.theirs); keepHere(field); progress();
      if (!clashes.size) tell('done', 'settled');
      field.controls[0].focus();
    });
    clashes.set(field.name, box);
    (field.controls[0].closest('.q') || field.controls[0].closest('.field')).append(box);
  }

  const answered = (one) => ['answer', 'none'].some((part) => fields.get(`${part}.${one.dataset.item}`)?.read().trim());
  const questions = [...form.querySelectorAll('.q')];

  function progress() {
    const open = questions.filter((one) => !answered(one));
    questions.forEach((one) => one.classList.toggle('q--open', open.includes(one)));
    const done = questions.length - open.length;
    document.querySelectorAll('[data-done]').forEach((one) => { one.textContent = done; });
    document.querySelectorAll('progress').forEach((one) => { one.value = done; });
    for (const group of form.querySelectorAll('.group')) {
      const all = [...group.querySelectorAll('.q')];
      const count = all.filter(answered).length;
      document.querySelectorAll(`[data-of="${group.id}"]`).forEach((one) => { one.textContent = `${count}／${all.length}`; });
    }
    const next = document.getElementById('next');
    next.hidden = !open.length;
    if (open.length) next.href = `#${open[0].id}`;
  }

  document.getElementById('next').addEventListener('click', (event) => {
    const open = questions.find((one) => !answered(one));
    if (!open) return;
    event.preventDefault();
    open.scrollIntoView({ block: 'center' });
    open.querySelector('input:not([type=hidden]), textarea').focus({ preventScroll: true });
  });

  // Enter in a line of text would send the form by its first button and lead back to the top of the page
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing || !event.target.matches('input:not([type=checkbox], [type=radio])')) return;
    event.preventDefault();
    save();
  });

  // by keys alone: from one open statement to the next past what is not needed, and on to what will be sent
  document.querySelector('.by-keys').hidden = false;
  addEventListener('keydown', (event) => {
    const aim = event.altKey && !event.ctrlKey && !event.metaKey && { KeyN: 'next', KeyS: 'check' }[event.code];
    if (!aim || document.getElementById(aim).hidden) return;
    event.preventDefault();
    document.getElementById(aim).click();
  });

  form.addEventListener('submit', async (event) => {
    if (passing || !(dirty().length || running || clashes.size)) return;
    event.preventDefault();
    const button = event.submitter;
    if (await saveAll()) { passing = true; form.requestSubmit(button); passing = false; }
    else status.scrollIntoView({ block: 'nearest' });
  });

  // signing out empties what a browser keeps: not before the server has it
  const leaving = document.querySelector('form.top__who');
  leaving?.addEventListener('submit', async (event) => {
    if (!dirty().length && !clashes.size) return;
    event.preventDefault();
    if (await saveAll()) leaving.submit();
    else status.scrollIntoView({ block: 'center' });
  });

  addEventListener('beforeunload', (event) => { if (!keepsHere && dirty().length && !passing) event.preventDefault(); });
  addEventListener('online', () => save());
  document.addEventListener('visibilitychange', () => { if (document.hidden && dirty().length) save(); });

  function bringBack() {
    try {
      for (const key of Object.keys(localStorage).filter((one) => one.startsWith('inspection:'))) {
        const kept = JSON.parse(localStorage.getItem(key));
        if (!(Date.now() - kept.at < FORGOTTEN_AFTER)) { localStorage.removeItem(key); continue; }
        const field = key.startsWith(store) ? fields.get(key.slice(store.length)) : null;
        if (!field) continue;
        if (kept.text === field.read()) { localStorage.removeItem(key); continue; }
        field.write(kept.text);
        field.seen.value = kept.was;
        field.tried = kept.tried || [];
      }
    } catch { keepsHere = false; }
    if (dirty().length) { tell('busy', 'brought'); save(); }
  }

  bringBack();
  progress();
})();
