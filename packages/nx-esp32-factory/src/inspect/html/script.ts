/** The page's script: search, details of the hovered or focused block, arrow keys in the map. */
export const SCRIPT = `(() => {
  'use strict';
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const detail = byId('detail');
  const body = byId('detail-body');
  const close = byId('detail-close');
  const rows = all('tr[data-value]');
  const cells = all('table.map td');
  const rowOf = new Map(rows.map((row) => [row.dataset.value, row]));
  const cellsOf = new Map();
  for (const cell of cells) {
    const value = cell.dataset.value;
    if (value === undefined) continue;
    if (!cellsOf.has(value)) cellsOf.set(value, []);
    cellsOf.get(value).push(cell);
  }
  let pinned;
  let lit = [];

  const element = (name, text, className) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const factsOf = (source) => {
    const row = rowOf.get(source.dataset.value);
    if (row === undefined) {
      const { name, what, position } = source.dataset;
      return { title: name, subtitle: what, facts: [['Position', position]] };
    }
    const { key, label, namespace, type, length, where, offset, what, text } = row.dataset;
    const facts = [['Namespace', namespace], ['Type', type], ['Length', length + (length === '1' ? ' byte' : ' bytes')], ['Page:entry', where], ['Offset', offset]];
    return { title: key, subtitle: label ? label + ' · ' + what : what, facts, text };
  };

  const show = (source) => {
    for (const one of lit) one.classList.remove('lit');
    lit = [];
    if (source === undefined) return;
    const value = source.dataset.value;
    lit = value === undefined ? [source] : [...(cellsOf.get(value) || []), ...(rowOf.has(value) ? [rowOf.get(value)] : [])];
    for (const one of lit) one.classList.add('lit');
    if (!body) return;
    const { title, subtitle, facts, text } = factsOf(source);
    const list = document.createElement('dl');
    for (const [name, fact] of facts) {
      const pair = document.createElement('div');
      pair.append(element('dt', name), element('dd', fact));
      list.append(pair);
    }
    body.replaceChildren(element('p', title, 'detail-title'), element('p', subtitle, 'detail-sub'), list);
    if (text !== undefined) body.append(element('p', 'Value', 'detail-sub'), element('p', text, 'detail-value'));
    body.hidden = false;
    document.querySelector('.detail-empty').hidden = true;
  };

  const pin = (source) => {
    pinned = source;
    show(source);
    if (detail) detail.classList.toggle('open', source !== undefined);
    if (close) close.hidden = source === undefined;
    // On a small screen the details are a sheet, which must not cover the selected block.
    const isSheet = detail && getComputedStyle(detail).position === 'fixed';
    document.documentElement.classList.toggle('has-sheet', Boolean(isSheet && source));
    if (isSheet && source) source.scrollIntoView({ block: 'nearest' });
  };

  const watch = (one) => {
    one.addEventListener('pointerenter', (event) => { if (event.pointerType === 'mouse') show(one); });
    one.addEventListener('pointerleave', (event) => { if (event.pointerType === 'mouse') show(pinned); });
  };
  for (const one of [...cells, ...rows]) watch(one);
  for (const cell of cells) {
    cell.addEventListener('focus', () => {
      const grid = cell.closest('table');
      for (const other of all('td[tabindex="0"]', grid)) other.tabIndex = -1;
      cell.tabIndex = 0;
      pin(cell);
    });
    cell.addEventListener('click', () => cell.focus());
  }
  for (const grid of all('table.map')) {
    const first = grid.querySelector('td');
    if (first) first.tabIndex = 0;
    grid.addEventListener('keydown', (event) => {
      const cell = event.target.closest('td');
      if (cell === null || event.ctrlKey || event.altKey || event.metaKey) return;
      const list = all('td', grid);
      const at = list.indexOf(cell);
      const row = cell.parentElement;
      const start = Number(cell.dataset.column);
      const above = (other) => other && all('td', other).filter((one) => Number(one.dataset.column) <= start).pop();
      const moves = {
        ArrowRight: () => list[at + 1],
        ArrowLeft: () => list[at - 1],
        ArrowDown: () => above(row.nextElementSibling),
        ArrowUp: () => above(row.previousElementSibling),
        Home: () => list[0],
        End: () => list[list.length - 1],
      };
      const move = moves[event.key];
      if (move !== undefined) {
        event.preventDefault();
        const next = move();
        if (next) next.focus();
      }
    });
  }
  for (const row of rows) {
    row.querySelector('button').addEventListener('click', () => {
      const [cell] = cellsOf.get(row.dataset.value) || [];
      if (cell === undefined) return pin(row);
      cell.scrollIntoView({ block: 'center' });
      cell.focus({ preventScroll: true });
    });
    row.querySelector('button').addEventListener('focus', () => show(row));
  }
  if (close) close.addEventListener('click', () => { const back = pinned; pin(undefined); if (back) { back.focus({ preventScroll: true }); pin(undefined); } });

  const search = byId('search');
  const matches = byId('matches');
  const find = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    const found = new Set();
    for (const row of rows) {
      const { key, label, namespace, type, text, what } = row.dataset;
      const hay = [key, label, namespace, type, text, what].join(' ').toLowerCase();
      const isMatch = words.every((word) => hay.includes(word));
      row.hidden = !isMatch;
      if (isMatch) found.add(row.dataset.value);
    }
    for (const cell of cells) cell.classList.toggle('dim', words.length > 0 && !found.has(cell.dataset.value));
    matches.textContent = words.length === 0 ? '' : found.size + ' of ' + rows.length;
    const none = byId('no-match');
    if (none) none.hidden = found.size > 0;
  };
  if (search) {
    search.addEventListener('input', find);
    search.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') { search.value = ''; find(); }
      if (event.key === 'Enter') {
        const row = rows.find((one) => !one.hidden);
        if (row) row.querySelector('button').click();
      }
    });
  }
  document.addEventListener('keydown', (event) => {
    const isTyping = /^(INPUT|TEXTAREA)$/.test(document.activeElement ? document.activeElement.tagName : '');
    if (event.key === '/' && search && !isTyping) { event.preventDefault(); search.focus(); }
    if (event.key === 'Escape' && !isTyping) pin(undefined);
  });
})();
`;
