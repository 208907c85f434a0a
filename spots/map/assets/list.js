/* The list of all facilities in the panel: sorted, narrowed, and joined with the map both ways. */
(function (S) {
  'use strict';
  var STATES = ['designated', 'excluded', 'moot', 'undetermined', 'not_met', 'destination', 'absent'];
  var collator = null;

  function text(a, b) {
    collator = collator || new Intl.Collator('ja', { numeric: true });
    return collator.compare(a, b);
  }
  /* Nothing comes last whichever way round; what is unreachable is farther than any number. */
  function compare(a, b, down) {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    var order = typeof a === 'number' ? a - b || 0 : text(a, b);
    if (a === b) order = 0;
    return down ? -order : order;
  }
  var VALUES = {
    name: function (f) { return f.name; },
    municipality: function (f) { return f.entry.municipality ? f.entry.municipality_code + f.entry.municipality : null; },
    criteria: function (f) { return f.marks || null; },
    state: function (f) { return STATES.indexOf(f.state); },
    minutes: function (f) { return f.entry.travel_ms !== null ? f.entry.travel_ms : f.entry.minutes ? Infinity : null; },
    margin: function (f) { return f.entry.margin_ms; }
  };
  var COLUMNS = Object.keys(VALUES);

  function List(app) {
    this.app = app;
    this.by = null;
    this.down = false;
    this.current = null;
    this.rows = app.data.facilities.map(this.row, this);
    this.element = this.build();
    this.narrow();
  }

  List.prototype.row = function (f, place) {
    var self = this, app = this.app, e = f.entry;
    var name = S.el('button', { type: 'button', 'class': 'list-name' }, [
      S.symbolOf(f), S.el('span', {}, [f.name])
    ]);
    function cell(kind, content, title) {
      return S.el('td', { 'class': 'cell-' + kind, role: 'cell', title: title || null }, [content]);
    }
    var element = S.el('tr', { role: 'row', 'data-facility': f.id }, [
      S.el('th', { scope: 'row', role: 'rowheader', 'class': 'cell-name' }, [name]),
      cell('municipality', e.municipality), cell('criteria', f.marks),
      cell('state', e.state), cell('minutes', e.minutes), cell('margin', e.margin)
    ]);
    element.addEventListener('click', function (event) {
      app.show.facility(f, event.detail === 0 ? name : null);
    });
    name.addEventListener('keydown', function (event) { self.walk(event, element); });
    return { f: f, place: place, element: element, needle: S.needle(f.name, [e.municipality, S.place(e.address), e.aka, e.kana], e.kana) };
  };

  /* Up and down move from row to row. */
  List.prototype.walk = function (event, row) {
    var down = event.key === 'ArrowDown', next = row;
    if (!down && event.key !== 'ArrowUp') return;
    event.preventDefault();
    do next = down ? next.nextElementSibling : next.previousElementSibling; while (next && next.hidden);
    if (next) next.querySelector('button').focus();
  };

  function choice(id, label, all, options) {
    return S.el('label', { 'class': 'list-choice' }, [S.el('span', { 'class': 'unseen' }, [label]), S.el('select', { id: id }, [
      S.el('option', { value: '' }, [all])
    ].concat(options.map(function (o) { return S.el('option', { value: o[0] }, [o[1]]); })))]);
  }

  List.prototype.build = function () {
    var self = this, data = this.app.data, ui = data.ui;
    this.text = S.el('input', { type: 'search', id: 'list-text', autocomplete: 'off', maxlength: 100, placeholder: ui.listText, 'aria-label': ui.listText });
    var states = choice('list-state', ui.listState, ui.allStates, []);
    var criteria = choice('list-criterion', ui.listCriterion, ui.allCriteria, data.criteria.map(function (c) { return [c.mark, c.label]; }));
    this.state = states.querySelector('select');
    this.criterion = criteria.querySelector('select');
    this.offer();
    this.seen = S.el('input', { type: 'checkbox', id: 'list-seen' });
    this.count = S.el('p', { 'class': 'list-count', role: 'status' });
    this.saver = S.saver(ui, function () { self.save(); });
    this.body = S.el('tbody', { role: 'rowgroup' }, this.rows.map(function (r) { return r.element; }));
    this.heads = {};
    [this.text, this.state, this.criterion, this.seen].forEach(function (control) {
      control.addEventListener(control === self.text ? 'input' : 'change', function () { self.narrow(); });
    });
    this.app.map.on('moveend', function () { if (self.seen.checked) self.narrow(); });
    return S.el('div', { 'class': 'list' }, [
      S.el('div', { 'class': 'list-controls' }, [
        this.text, states, criteria,
        S.el('div', { 'class': 'list-line' }, [S.el('label', { 'class': 'list-seen' }, [this.seen, S.el('span', {}, [ui.listSeen])]), this.count, this.saver])
      ]),
      S.el('div', { 'class': 'list-scroll', tabindex: '-1' }, [S.el('table', { role: 'table', 'aria-label': ui.list }, [
        S.el('thead', { role: 'rowgroup' }, [S.el('tr', { role: 'row' }, COLUMNS.map(this.head, this))]), this.body
      ])])
    ]);
  };

  List.prototype.head = function (key) {
    var self = this, button = S.el('button', { type: 'button' }, [this.app.data.ui['list_' + key]]);
    button.addEventListener('click', function () { self.sort(key); });
    this.heads[key] = S.el('th', { scope: 'col', role: 'columnheader', 'aria-sort': 'none', 'class': 'cell-' + key, 'data-key': key }, [button]);
    return this.heads[key];
  };

  List.prototype.sort = function (key, as) {
    var value = VALUES[key], heads = this.heads, body = this.body;
    this.down = as === undefined ? this.by === key && !this.down : as;
    this.by = key;
    var down = this.down;
    Object.keys(heads).forEach(function (k) {
      heads[k].setAttribute('aria-sort', k !== key ? 'none' : down ? 'descending' : 'ascending');
    });
    this.rows.sort(function (a, b) { return compare(value(a.f), value(b.f), down) || a.place - b.place; });
    this.rows.forEach(function (r) { body.appendChild(r.element); });
  };

  List.prototype.narrow = function () {
    var ui = this.app.data.ui, fits = S.question(this.text.value), asked = S.fold(this.text.value) !== '';
    var state = this.state.value, mark = this.criterion.value, view = this.seen.checked ? this.app.map.getBounds() : null;
    var shown = 0, current = this.current, lost = false;
    this.rows.forEach(function (r) {
      var f = r.f, on = (!asked || fits(r.needle) >= 0) && (!state || f.state === state) &&
        (!mark || f.marks.indexOf(mark) >= 0) && (!view || (f.lon !== null && view.contains([f.lat, f.lon])));
      r.element.hidden = !on;
      if (on) shown += 1;
      if (f.id === current && !on) lost = true;
    });
    var said = ui.listCount.replace('{all}', String(this.rows.length)).replace('{n}', String(shown));
    this.count.textContent = said + (lost ? ui.listHidden : '');
  };

  /* The same facilities once more, when what is said of them has changed. */
  List.prototype.renew = function () {
    var by = this.by;
    this.rows = this.app.data.facilities.map(this.row, this);
    S.clear(this.body);
    this.rows.forEach(function (r) { this.body.appendChild(r.element); }, this);
    if (by) { this.by = null; this.sort(by, this.down); }
    this.offer();
    this.choose(this.current);
  };

  /* The states that there are. */
  List.prototype.offer = function () {
    var badges = {}, select = this.state, chosen = select.value;
    this.app.data.facilities.forEach(function (f) { badges[f.state] = f.entry.state; });
    while (select.options.length > 1) select.remove(1);
    STATES.forEach(function (state) { if (badges[state]) select.appendChild(S.el('option', { value: state }, [badges[state]])); });
    select.value = badges[chosen] ? chosen : '';
  };

  /* What is seen, in its order, with what other tools know each by. */
  List.prototype.save = function () {
    var data = this.app.data, ui = data.ui;
    var heads = COLUMNS.map(function (key) { return ui['list_' + key]; }).concat([ui.csvAddress, ui.csvId, ui.csvTown, ui.csvLat, ui.csvLon]);
    var lines = this.rows.filter(function (r) { return !r.element.hidden; }).map(function (r) {
      var f = r.f, e = f.entry;
      return [f.name, e.municipality, f.marks, e.state, e.minutes, e.margin, e.address, f.id, e.municipality_code, f.lat, f.lon];
    });
    S.save(S.fileName([data.title, data.scenario, ui.list].filter(Boolean), '.csv'), S.csv([heads].concat(lines)));
  };

  /* The facility that is asked about. */
  List.prototype.choose = function (id) {
    var element = null;
    this.current = id;
    this.rows.forEach(function (r) {
      var on = r.f.id === id;
      r.element.classList.toggle('current', on);
      if (on) { r.element.setAttribute('aria-current', 'true'); element = r.element; }
      else r.element.removeAttribute('aria-current');
    });
    this.narrow();
    if (element) this.reveal(element);
  };
  List.prototype.reveal = function (element) {
    var box = this.element.querySelector('.list-scroll'), head = this.element.querySelector('thead').offsetHeight;
    var top = element.offsetTop - head, bottom = element.offsetTop + element.offsetHeight;
    if (top < box.scrollTop || bottom > box.scrollTop + box.clientHeight) box.scrollTop = Math.max(0, top - box.clientHeight / 3);
  };

  /* The button of a list that takes it away. */
  S.saver = function (ui, save) {
    return S.el('button', { type: 'button', 'class': 'list-save', title: ui.csvHint, onclick: save }, [S.icon('M10,2.5 V12 M6,8.5 L10,12.5 L14,8.5 M3,16.5 H17'), S.el('span', {}, [ui.csv])]);
  };

  S.features.push(function (app) {
    var list = app.list = new List(app);
    app.sides.sides.list.appendChild(list.element);
    app.why.told.push(function (asked) {
      list.choose(asked && asked.key.indexOf('facility:') === 0 ? asked.key.slice(9) : null);
    });
    app.sides.told.push(function (name) {
      var row = list.element.querySelector('tr.current');
      if (row && name === 'list') list.reveal(row);
    });
  });
})(window.SpotsMap);
