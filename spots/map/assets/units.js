/* Units of ground: drawn by result, listed, found and told. Loaded where the policy judges any. */
(function (S) {
  'use strict';
  /* Each kind of result has its colour and its hatch: told apart without colour, too. */
  S.RESULTS = {
    spot: { colour: '#B0003A', hatch: 'M-2,2 L2,-2 M0,10 L10,0 M8,12 L12,8', dash: null },
    support_area: { colour: '#007EA7', hatch: 'M-2,8 L2,12 M0,0 L10,10 M8,-2 L12,2', dash: '10 4' },
    candidate: { colour: '#8C6D00', hatch: 'M2,2 L3,2 M7,7 L8,7', dash: '2 5' },
    programme: { colour: '#2B2B6B', hatch: 'M5,0 L5,10', dash: '12 4 2 4' }
  };
  var OTHERS = {
    excluded: { colour: '#555555', hatch: 'M0,0 L10,10 M10,0 L0,10', wash: 0 },
    moot: { colour: '#8A5E00', hatch: 'M0,5 L10,5', wash: 0.06 },
    undetermined: { colour: '#B0006A', hatch: 'M5,3 L5,7 M3,5 L7,5', wash: 0.08 },
    not_met: { colour: '#777777', hatch: '', wash: 0.04 }
  };
  function style(swatch) {
    var cut = swatch.indexOf('-'), name = swatch.slice(cut + 1);
    return swatch.slice(0, cut) === 'ground' ? S.RESULTS[name] : OTHERS[name];
  }

  function pattern(id, look, wash, width) {
    return S.svg('pattern', { id: id, width: 10, height: 10, patternUnits: 'userSpaceOnUse' }, [
      S.svg('rect', { width: 10, height: 10, fill: look.colour, 'fill-opacity': wash }),
      look.hatch ? S.svg('path', { d: look.hatch, stroke: look.colour, 'stroke-width': width, 'stroke-opacity': 0.6, fill: 'none', 'stroke-linecap': 'round' }) : null
    ]);
  }
  function patterns() {
    return S.svg('svg', { width: 0, height: 0, 'class': 'patterns', 'aria-hidden': 'true' }, [S.svg('defs', {},
      Object.keys(S.RESULTS).map(function (kind) { return pattern('ground-' + kind, S.RESULTS[kind], 0.22, kind === 'candidate' ? 2.4 : 1.5); })
        .concat(Object.keys(OTHERS).map(function (state) { return pattern('unit-' + state, OTHERS[state], OTHERS[state].wash, 0.8); })))]);
  }

  function bounds(polygons) {
    return L.latLngBounds([].concat.apply([], polygons.map(function (rings) { return rings[0]; })));
  }

  function Units(app) {
    this.app = app;
    this.byId = Object.create(null);
    this.drawn = Object.create(null);
    app.body.insertBefore(patterns(), app.body.firstChild);
    app.map.createPane('grounds').style.zIndex = 327;
    // The first result of the policy lies on top: the others are drawn before it.
    app.data.units.slice().sort(function (a, b) { return b.rank - a.rank || a.designated - b.designated || b.weight - a.weight; }).forEach(this.draw, this);
    app.data.units.forEach(function (u) { this.byId[u.id] = u; }, this);
    app.layers.refresh();
  }

  Units.prototype.draw = function (u) {
    var app = this.app, self = this, look = style(u.swatch), layer = null, tree = app.tree;
    if (u.shape.length) {
      var shape = S.polygons(u.shape);
      layer = L.polygon(shape, {
        pane: 'grounds', className: 'ground ground-' + (u.designated ? 'in' : 'out'), color: look.colour, smoothFactor: 0.5,
        weight: u.designated ? 2.4 : 1.2, opacity: u.designated ? 1 : 0.7, dashArray: look.dash || null,
        fillColor: 'url(#' + u.swatch + ')', fillOpacity: 1
      });
      this.drawn[u.id] = { u: u, shape: shape, bounds: bounds(shape), layer: layer };
    } else if (u.lon !== null) {
      layer = L.marker([u.lat, u.lon], { keyboard: true, zIndexOffset: 50, icon: L.divIcon({ className: 'pin pin-unit', iconSize: [18, 18], iconAnchor: [9, 9], html: S.swatch(u.swatch) }) });
      layer.on('add', function () {
        layer.getElement().setAttribute('aria-label', u.name + ' ' + u.state);
        S.pressed(layer.getElement(), function () { self.show(u, layer.getElement()); });
      });
      this.drawn[u.id] = { u: u, shape: [], bounds: L.latLngBounds([[u.lat, u.lon]]), layer: layer };
    }
    if (!layer) return;
    layer.bindTooltip(function () { return S.lines([u.name, u.result + S.bracketed(u.state)]); }, { sticky: true, className: 'tip' });
    layer.on('click', function (event) {
      if (app.layers.passive && app.layers.passive()) return;
      L.DomEvent.stop(event);
      var found = self.at(event.latlng);
      if (found.length > 1) self.choose(found, null);
      else self.show(u, null);
    });
    app.layers.add([u.key], layer);
    if (u.designated || /-undetermined$/.test(u.key)) { // the name of a municipality stands there already
      app.layers.labels.add({
        lat: u.lat, lon: u.lon, text: u.name, kind: 'unit', weight: 700 + Math.min(90, u.weight * 100), around: !u.shape.length, minZoom: 8,
        visible: function () { return tree.on['unit-names'] && tree.on[u.key] && !(u.code.length === 5 && tree.on['municipality-names']); }
      });
    }
  };

  /* Units, as far as they are shown, that hold a place. */
  Units.prototype.at = function (place, all) {
    return Object.keys(this.drawn).map(function (id) { return this.drawn[id]; }, this).filter(function (d) {
      return (all || this.app.map.hasLayer(d.layer)) && d.shape.length && d.bounds.contains(place) && S.inside(d.shape, place.lat, place.lng);
    }, this).sort(function (a, b) { return a.u.rank - b.u.rank || a.u.weight - b.u.weight; });
  };

  Units.prototype.choose = function (found, from) {
    var self = this;
    this.app.show.several(this.app.data.ui.unitsHere.replace('{n}', String(found.length)), found.map(function (d) {
      return { symbol: S.swatch(d.u.swatch), name: d.u.name, note: d.u.result + S.bracketed(d.u.state), take: function (back) { self.show(d.u, back); } };
    }), from);
  };

  /* The unit that is asked about stands out. */
  Units.prototype.mark = function (u) {
    if (this.chosen) this.chosen.remove();
    this.chosen = null;
    if (!u || !u.shape.length || !this.drawn[u.id]) return;
    var plain = { pane: 'chosen', interactive: false, fill: false, smoothFactor: 0.5 }, shape = this.drawn[u.id].shape;
    this.chosen = L.layerGroup([
      L.polygon(shape, L.extend({ color: '#FFFFFF', weight: 7 }, plain)), L.polygon(shape, L.extend({ color: '#111111', weight: 3.2, className: 'chosen' }, plain))
    ]).addTo(this.app.map);
  };

  Units.prototype.show = function (u, from, still) {
    var app = this.app, self = this, drawn = this.drawn[u.id];
    app.modes.stop();
    // Nobody knows where it is: what was found of it can be read all the same.
    app.say(drawn ? '' : app.data.ui.noUnitPlace.replace('{name}', u.name));
    if (drawn && !app.tree.on[u.key]) app.tree.set([u.key], true);
    this.mark(u);
    app.why.open({
      key: 'unit:' + u.id, content: S.card(u.card, app.data.ui, null), from: from, bounds: drawn ? drawn.bounds : null,
      gone: function () { self.mark(null); }
    }, still);
  };

  /* "This place" tells the units too; "inside no spot" would be untrue within one that is a spot. */
  Units.prototype.tell = function (inspector) {
    var app = this.app, ui = app.data.ui, spots = inspector.spots, self = this;
    function row(label, parts, tone) {
      return S.el('div', { 'class': 'row' + (tone ? ' tone-' + tone : '') }, [S.el('dt', {}, [label]), S.el('dd', {}, parts)]);
    }
    inspector.card = (function (card) {
      return function (lat, lon) { this.asked = { lat: lat, lng: lon }; return card.call(this, lat, lon); };
    })(inspector.card);
    inspector.spots = function (found) {
      var here = self.at(L.latLng(this.asked), true).filter(function (d) { return d.u.designated; });
      var circles = app.data.criteria.length && !(here.some(function (d) { return d.u.spot; }) && !found.circles.inside.length) ? spots.call(this, found) : [];
      var told = here.map(function (d) {
        var button = S.el('button', { type: 'button', 'class': 'link' }, [d.u.name]);
        button.addEventListener('click', function (event) { self.show(d.u, event.detail === 0 ? button : null); });
        return S.el('div', {}, [button, ' ' + d.u.result + S.bracketed(d.u.state)]);
      });
      var note = S.el('div', {}, [S.el('small', {}, [ui.drawnGround.replace('{m}', String(Math.ceil(Math.max(50, app.data.outlines_off_m))))])]);
      return circles.concat([row(ui.ground, told.length ? told.concat([note]) : [ui.noGround], told.length ? 'met' : 'not')]);
    };
    if (!app.data.facilities.length) inspector.hospital = function () { return []; };
  };

  /* --- the list beside the map */

  Units.prototype.list = function (tab) {
    var app = this.app, self = this, ui = app.data.ui, units = app.data.units, facilities = tab.querySelector('.list');
    var text = S.el('input', { type: 'search', 'class': 'unit-text', autocomplete: 'off', maxlength: 100, placeholder: ui.unitText, 'aria-label': ui.unitText });
    function choice(label, all, values) {
      return S.el('select', { 'aria-label': label }, [S.el('option', { value: '' }, [all])].concat(values.map(function (v) { return S.el('option', { value: v }, [v]); })));
    }
    function distinct(key) { return units.map(function (u) { return u[key]; }).filter(function (v, at, all) { return all.indexOf(v) === at; }); }
    var results = choice(ui.listResult, ui.allResults, distinct('result')), states = choice(ui.listState, ui.allStates, distinct('state'));
    var count = S.el('p', { 'class': 'list-count', role: 'status' });
    var rows = units.map(function (u) {
      var name = S.el('button', { type: 'button', 'class': 'list-name' }, [S.swatch(u.swatch), S.el('span', {}, [u.name])]);
      var cells = [u.municipality === u.name ? '' : u.municipality, u.result, u.state, u.area].map(function (value) { return S.el('td', { role: 'cell' }, [value]); });
      var element = S.el('tr', { role: 'row', 'data-unit': u.id }, [S.el('th', { scope: 'row', role: 'rowheader', 'class': 'cell-name' }, [name])].concat(cells));
      element.addEventListener('click', function (event) { self.show(u, event.detail === 0 ? name : null); });
      return { u: u, element: element, needle: S.needle(u.name, [u.municipality, u.kind]) };
    });
    // What is designated, and what is open, stands first; within a state the run's order holds.
    var order = ['designated', 'undetermined', 'excluded', 'moot', 'not_met'];
    function place(r) { return order.indexOf(r.u.key.replace(/^result-\d+-/, '')); }
    rows.sort(function (a, b) { return place(a) - place(b); });
    function narrow() {
      var fits = S.question(text.value), asked = S.fold(text.value) !== '', shown = 0;
      rows.forEach(function (r) {
        var on = (!asked || fits(r.needle) >= 0) && (!results.value || r.u.result === results.value) && (!states.value || r.u.state === states.value);
        r.element.hidden = !on;
        if (on) shown += 1;
      });
      count.textContent = ui.listCount.replace('{all}', String(rows.length)).replace('{n}', String(shown));
    }
    text.addEventListener('input', narrow);
    [results, states].forEach(function (s) { s.addEventListener('change', narrow); });
    var heads = ['list_unit', 'list_municipality', 'list_result', 'list_state', 'list_size'].map(function (key) { return S.el('th', { scope: 'col', role: 'columnheader', 'class': 'unit-head' }, [ui[key]]); });
    var list = S.el('div', { 'class': 'list unit-list' }, [
      S.el('div', { 'class': 'list-controls' }, [text, S.el('label', { 'class': 'list-choice' }, [results]), S.el('label', { 'class': 'list-choice' }, [states]), S.el('div', { 'class': 'list-line' }, [count, S.saver(ui, save)])]),
      S.el('div', { 'class': 'list-scroll', tabindex: '-1' }, [S.el('table', { role: 'table', 'aria-label': ui.listUnits }, [
        S.el('thead', { role: 'rowgroup' }, [S.el('tr', { role: 'row' }, heads)]), S.el('tbody', { role: 'rowgroup' }, rows.map(function (r) { return r.element; }))
      ])])
    ]);
    narrow();
    function save() {
      var table = [['list_unit', 'list_municipality', 'list_result', 'list_state', 'list_size'].map(function (key) { return ui[key]; }).concat([ui.csvId, ui.csvTown, ui.csvLat, ui.csvLon])];
      rows.forEach(function (r) {
        var u = r.u;
        if (!r.element.hidden) table.push([u.name, u.municipality, u.result, u.state, u.area, u.id, u.code, u.lat, u.lon]);
      });
      S.save(S.fileName([app.data.title, ui.listUnits], '.csv'), S.csv(table));
    }
    app.why.told.push(function (asked) {
      rows.forEach(function (r) {
        var on = Boolean(asked) && asked.key === 'unit:' + r.u.id;
        r.element.classList.toggle('current', on);
        if (on) r.element.setAttribute('aria-current', 'true');
        else r.element.removeAttribute('aria-current');
      });
    });
    if (!app.data.facilities.length) { facilities.remove(); tab.appendChild(list); return; }
    var buttons = [[ui.listUnits, list], [ui.listFacilities, facilities]].map(function (side, at) {
      return S.el('button', { type: 'button', 'aria-pressed': String(!at), onclick: function () { turn(at); } }, [side[0]]);
    });
    function turn(at) {
      [list, facilities].forEach(function (side, k) { side.style.display = k === at ? '' : 'none'; buttons[k].setAttribute('aria-pressed', String(k === at)); });
    }
    tab.appendChild(S.el('p', { 'class': 'unit-sides' }, buttons));
    tab.appendChild(list);
    tab.appendChild(facilities);
    turn(0);
  };

  S.features.push(function (app) {
    var units = new Units(app);
    app.units = units;
    units.tell(app.inspector);
    units.list(app.sides.sides.list);
  });
})(window.SpotsMap);
