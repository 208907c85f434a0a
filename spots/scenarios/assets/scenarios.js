/* The switch between scenarios: what is chosen changes states, circles, list and counts of the page in
   place. Whatever else the page shows is of the run file as it is, and is marked so where it stands: on
   screen, in cards and on the printed sheet. */
(function (S) {
  'use strict';
  var PLAIN = { interactive: true, smoothFactor: 0.3, pane: 'robust', className: 'robust' };

  /* Lines of the legend that do not follow the choice: units, catchments, closures, classes of areas. */
  var OF_BASE = /^(result-\d+|catchments|closed|areas|municipality-excluded|access)$/;
  var COUNTED = /^(criterion-\d+|designated|excluded|moot|not_met|undetermined|cut|would-be|routes-\w+|hospitals|destinations)$/;
  var ASKED = /^(facility|place|unit|area|town|city):/;

  function through(nodes, tell) { nodes.forEach(function (node) { tell(node); through(node.children, tell); }); }

  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, name) { return name in values ? String(values[name]) : all; });
  }

  function Switch(app) {
    var self = this;
    this.app = app;
    this.data = app.data.scenarios;
    this.ui = app.data.ui;
    this.now = 0;
    this.of = Object.create(null);
    this.data.facilities.forEach(function (each) { this.of[each.id] = each; }, this);
    this.base = Object.create(null);
    app.data.facilities.forEach(function (f) { self.base[f.id] = L.extend({}, f); });
    this.subtitle = app.data.subtitle.slice();
    this.caveats = app.data.caveats;
    this.annex = app.data.annex;
    this.lines = Object.create(null);
    through(app.data.tree, function (node) { self.lines[node.key] = { node: node, label: node.label, count: node.count }; });
    this.changes = S.el('div', { 'class': 'told told-scenario', hidden: true });
    app.sides.sides.basis.insertBefore(this.changes, app.sides.sides.basis.firstChild);
    app.why.told.push(function (asked) { self.ofBase(asked); });
    app.map.createPane('robust').style.zIndex = 332;
    this.element = this.build();
    document.querySelector('.top').appendChild(this.element);
    this.tell();
    app.data.facilities.forEach(function (f) { this.said(f); }, this);
  }

  Switch.prototype.build = function () {
    var self = this, ui = this.ui, data = this.data;
    function step(by, label, text) {
      return S.el('button', { type: 'button', 'class': 'scenario-step', 'aria-label': label, title: label, onclick: function () { self.take(self.now + by); } }, [text]);
    }
    this.select = S.el('select', { id: 'scenario', 'class': 'scenario-select' }, data.names.map(function (name, n) {
      return S.el('option', { value: String(n) }, [(n ? n + '  ' : '') + name]);
    }));
    this.select.addEventListener('change', function () { self.take(Number(self.select.value)); });
    this.before = step(-1, ui.scenarioBefore, '‹');
    this.after = step(1, ui.scenarioAfter, '›');
    this.figures = S.el('p', { 'class': 'scenario-figures', role: 'status' });
    this.shade = S.el('input', { type: 'checkbox', id: 'scenario-shade' });
    this.shade.addEventListener('change', function () { self.shaded(self.shade.checked); self.app.told(); });
    this.legend = S.el('ul', { 'class': 'scenario-legend', hidden: true }, data.shades.map(function (each) {
      return S.el('li', {}, [S.svg('svg', { viewBox: '0 0 16 12', width: 16, height: 12, 'aria-hidden': 'true', focusable: 'false' }, [
        S.svg('rect', { x: 0.5, y: 0.5, width: 15, height: 11, fill: each.colour, stroke: '#0A3D74' })
      ]), S.el('span', {}, [each.label])]);
    }));
    return S.el('div', { 'class': 'scenario-bar' }, [
      S.el('div', { 'class': 'scenario-choice' }, [S.el('label', { 'for': 'scenario' }, [ui.scenario]), this.before, this.select, this.after]),
      S.el('label', { 'class': 'scenario-shade' }, [this.shade, S.el('span', { 'class': 'in-long' }, [ui.scenarioShade]), S.el('span', { 'class': 'in-short' }, [ui.scenarioShadeShort])]),
      this.figures, this.legend, S.el('p', { 'class': 'scenario-hint' }, [ui.scenarioHint]), data.note ? S.el('p', { 'class': 'scenario-note' }, [data.note]) : null
    ]);
  };

  /* The cell of a facility in a scenario: [state, criteria as bits, circle, minutes, margin, ms, margin in
     ms, nearest], the last as a place in the list of facilities. */
  Switch.prototype.cell = function (f, n) {
    var of = this.of[f.id];
    return of ? of.cells[this.data.patterns[of.pattern][n]] : null;
  };

  Switch.prototype.rule = function () { return this.data.rules[this.data.rule_of[this.now]]; };

  Switch.prototype.take = function (n) {
    var app = this.app, last = this.data.names.length - 1, asked = app.why.asked;
    this.now = Math.max(0, Math.min(last, n || 0));
    app.data.radius_m = this.rule().radius_m;
    app.inspector.places.renew();
    app.layers.clear();
    app.data.facilities.forEach(function (f) {
      this.put(f);
      if (f.state !== 'absent') app.layers.facility(f);
    }, this);
    app.layers.refresh();
    app.list.renew();
    this.counts();
    this.words();
    this.tell();
    app.sides.tell(); // the bar may have grown, and the map shrunk
    if (asked && ASKED.test(asked.key)) {
      if (app.sides.current === 'why') app.show.take(asked.key, true);
      else app.why.close();
    }
    if (app.told) app.told();
  };

  /* What the scenario says of a facility, laid over what the run file says of it. */
  Switch.prototype.put = function (f) {
    var base = this.base[f.id], cell = this.cell(f, this.now), data = this.data, numbers, criteria, same;
    Object.keys(base).forEach(function (key) { f[key] = base[key]; });
    if (cell && this.now) {
      numbers = this.rule().criteria.filter(function (c, place) { return Math.floor(cell[1] / Math.pow(2, place)) % 2; });
      criteria = numbers.map(function (c) { return c.number; });
      same = cell[2] === this.cell(f, 0)[2];
      f.state = base.state === 'destination' ? 'destination' : data.states[cell[0]].key;
      if (data.states[cell[0]].key === 'absent') { f.state = 'absent'; f.hospital = false; }
      f.criteria = criteria;
      f.marks = numbers.map(function (c) { return c.mark; }).join('');
      f.keys = f.state === 'designated' ? criteria.map(function (number) { return 'criterion-' + number; }) : f.state === 'destination' ? base.keys : [f.state];
      f.spot = cell[2] < 0 ? null : data.circles[cell[2]].shape;
      f.circle = same ? base.circle : null;
      f.would_be = (f.state === 'excluded' || f.state === 'moot') && criteria.length > 0;
      f.nearest = cell[7] < 0 ? '' : data.facilities[cell[7]].id;
      if (f.nearest !== base.nearest || cell[5] !== base.entry.travel_ms) f.route = [];
      f.entry = L.extend({}, base.entry, {
        state: data.states[cell[0]].label, minutes: cell[3], margin: cell[4], travel_ms: cell[5], margin_ms: cell[6]
      });
      f.card = L.extend({}, base.card, { state: f.state === 'absent' ? 'not_met' : f.state, badge: data.states[cell[0]].label, chips: numbers.map(function (c) { return c.title; }), lead: '' });
    }
    this.said(f);
  };

  /* The first section of its card: what it is here, and over all scenarios. */
  Switch.prototype.said = function (f) {
    var of = this.of[f.id], ui = this.ui, base = this.base[f.id], rows = [], cell = this.cell(f, this.now);
    if (!of) return;
    if (this.now) {
      rows.push({ label: ui.scenarioState, value: f.entry.state, tone: 'strong' });
      if (f.entry.minutes) rows.push({ label: ui.list_minutes, value: f.entry.minutes, tone: '' });
      if (f.entry.margin) rows.push({ label: ui.list_margin, value: f.entry.margin, tone: '' });
      if (cell[7] >= 0) rows.push({ label: ui.scenarioNearest, value: this.data.facilities[cell[7]].name, tone: '' });
      rows.push({ label: ui.scenarioBase, value: base.entry.state, tone: '' });
    }
    rows.push({ label: ui.scenarioHeld, value: of.held + ' / ' + this.data.total, tone: '' });
    rows.push({ label: ui.scenarioTurning, value: of.turning.join('\n'), tone: '' });
    var sections = base.card.sections;
    if (this.now) sections = sections.map(function (section) { return L.extend({}, section, { open: false, title: section.title + S.bracketed(ui.scenarioOfBase) }); });
    f.card = L.extend({}, f.card, { sections: [{ title: this.now ? this.data.names[this.now] : ui.scenarioAll, rows: rows, open: true, ways: [] }].concat(sections) });
  };

  function kilometres(m) { return String(m / 1000) + '\u00a0km'; }

  /* A line of the legend, on screen and as the sheet will print it. */
  Switch.prototype.line = function (key, what, text) {
    var line = this.lines[key], shown = this.app.tree.element.querySelector('li[data-key="' + key + '"] > .line .' + (what === 'label' ? 'text' : 'count'));
    line.node[what] = text;
    if (shown) shown.textContent = text;
  };

  /* Words of the legend: those that repeat the policy, and of whom those are that do not follow. */
  Switch.prototype.words = function () {
    var self = this, rule = this.rule(), usual = this.data.rules[this.data.rule_of[0]], mark = this.now ? S.bracketed(this.ui.scenarioOfBase) : '';
    rule.criteria.forEach(function (criterion) {
      if (self.lines['criterion-' + criterion.number]) self.line('criterion-' + criterion.number, 'label', criterion.title);
    });
    if (this.lines['would-be']) this.line('would-be', 'label', this.lines['would-be'].label.replace(kilometres(usual.radius_m), kilometres(rule.radius_m)));
    Object.keys(this.lines).forEach(function (key) {
      if (OF_BASE.test(key)) self.line(key, 'label', self.lines[key].label + mark);
    });
  };

  /* Counts of the legend, whichever lines it has. */
  Switch.prototype.counts = function () {
    var found = Object.create(null), self = this;
    function one(key) { found[key] = (found[key] || 0) + 1; }
    this.app.data.facilities.forEach(function (f) {
      if (f.state !== 'absent' && f.state !== 'destination') one(f.state);
      if (f.state === 'designated') f.keys.forEach(one);
      if (f.circle) one('cut');
      if (f.would_be && f.lon !== null) one('would-be');
      if (f.route.length) one(f.route_key);
      if (f.hospital && f.lon !== null) one(f.state === 'destination' ? 'destinations' : 'hospitals');
    });
    Object.keys(this.lines).forEach(function (key) {
      if (COUNTED.test(key) && self.lines[key].count) self.line(key, 'count', self.now ? String(found[key] || 0) : self.lines[key].count);
    });
  };

  /* Of a card, that it does not follow the choice; that of a facility has a section of its own. */
  Switch.prototype.ofBase = function (asked) {
    if (!this.now || !asked || asked.key.indexOf('facility:') === 0 || !ASKED.test(asked.key)) return;
    asked.content.appendChild(S.el('p', { 'class': 'hint scenario-base' }, [asked.key.indexOf('place:') === 0 ? this.ui.scenarioPlace : this.ui.scenarioCard]));
  };

  Switch.prototype.tell = function () {
    var data = this.data, n = this.now, ui = this.ui, page = this.app.data;
    this.select.value = String(n);
    this.before.disabled = n === 0;
    this.after.disabled = n === data.names.length - 1;
    this.figures.textContent = data.figures[n];
    page.scenario = n ? data.names[n] : '';
    page.subtitle = this.subtitle.concat([filled(ui.scenarioPrinted, { name: data.names[n] })]);
    page.caveats = n ? this.caveats.concat([ui.scenarioHint]) : this.caveats;
    page.annex = n ? null : this.annex; // its reasons are those of other spots
    S.clear(this.changes);
    this.changes.hidden = !n;
    if (n) {
      [S.el('h3', {}, [filled(ui.scenarioPrinted, { name: data.names[n] })]), S.el('ul', { 'class': 'sources' }, data.changes[n].split('\n').map(function (text) { return S.el('li', {}, [text]); })), S.el('p', { 'class': 'hint' }, [ui.scenarioBasis])].forEach(this.changes.appendChild, this.changes);
    }
    document.body.classList.toggle('other-scenario', n > 0);
    document.body.style.setProperty('--scenario-base', JSON.stringify(S.bracketed(ui.scenarioOfBase)));
  };

  /* Every circle of any scenario, the darker the more scenarios it holds in. */
  Switch.prototype.shaded = function (on) {
    var app = this.app, data = this.data, ui = this.ui;
    this.shade.checked = on;
    this.legend.hidden = !on;
    document.body.classList.toggle('robust', on);
    if (on && !this.layer) {
      this.layer = L.layerGroup(data.circles.map(function (circle) { return circle; }).sort(function (a, b) { return a.held - b.held; }).filter(function (circle) { return circle.held > 0; }).map(function (circle) {
        var share = circle.held / data.total, shade = data.shades.filter(function (each) { return share <= each.most; })[0];
        return L.polygon(S.polygons(circle.shape), L.extend({}, PLAIN, { color: '#0A3D74', weight: 1, fillColor: shade.colour, fillOpacity: 0.82 })).bindTooltip(function () {
          return S.lines([data.facilities[circle.row].name, filled(ui.scenarioIn, { n: circle.held, all: data.total })]);
        }, { sticky: true, className: 'tip' });
      }));
    }
    if (!this.layer) return;
    if (on) this.layer.addTo(app.map);
    else this.layer.remove();
    app.sides.tell();
  };

  S.features.push(function (app) {
    var own = app.scenarios = new Switch(app);
    app.parts.push({
      name: 'scenario',
      read: function () { return own.now ? String(own.now) : ''; },
      take: function (text) { var n = /^\d{1,6}$/.test(text || '') ? Number(text) : 0; if (n !== own.now) own.take(n); }
    }, {
      name: 'shade',
      read: function () { return own.shade.checked ? '1' : ''; },
      take: function (text) { own.shaded(text === '1'); }
    });
  });
})(window.SpotsMap);
