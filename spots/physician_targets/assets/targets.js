/* Areas shaded by how much of what they need is placed: a card for each, a list, and the legend. What needs
   nothing and what nobody knows are hatched. */
(function (S) {
  'use strict';
  var swatch = S.swatch, HATCHES = { needs_none: 'M-2,8 L2,12 M0,0 L10,10 M8,-2 L12,2', unknown: 'M5,4 L5,6 M4,5 L6,5' };

  function fills(data) {
    return S.svg('svg', { width: 0, height: 0, 'class': 'patterns', 'aria-hidden': 'true' }, [S.svg('defs', {},
      Object.keys(HATCHES).map(function (grade) {
        return S.svg('pattern', { id: 'target-' + grade, width: 10, height: 10, patternUnits: 'userSpaceOnUse' }, [
          S.svg('rect', { width: 10, height: 10, fill: '#FFFFFF', 'fill-opacity': 0.75 }),
          S.svg('path', { d: HATCHES[grade], stroke: data.target_colours[grade], 'stroke-width': 1.6, fill: 'none' })
        ]);
      }))]);
  }
  function fill(data, grade) { return HATCHES[grade] ? 'url(#target-' + grade + ')' : data.target_colours[grade]; }

  /* target-GRADE */
  S.swatch = function (key) {
    var grade = /^target-([a-z_]+)$/.exec(key), data = S.app ? S.app.data : JSON.parse(document.getElementById('spots-data').textContent);
    if (!grade) return swatch(key);
    return S.svg('svg', { viewBox: '0 0 24 24', width: 24, height: 24, 'class': 'symbol', 'aria-hidden': 'true', focusable: 'false' }, [
      S.svg('rect', { x: 2, y: 4, width: 20, height: 16, fill: fill(data, grade[1]), stroke: '#333333', 'stroke-width': 1.4 })
    ]);
  };

  function Targets(app) {
    var self = this, shapes = Object.create(null), region = app.show.region;
    this.app = app;
    this.byCode = Object.create(null);
    app.data.areas.forEach(function (area) { shapes[area.code] = area; });
    app.body.insertBefore(fills(app.data), app.body.firstChild);
    app.map.createPane('targets').style.zIndex = 326;
    app.data.targets.forEach(function (target) { if (shapes[target.code]) self.draw(target, shapes[target.code]); });
    // An area that is searched for, or that the address names, is told as one that is pressed.
    app.show.region = function (found, kind, from, still) {
      var mine = kind === 'area' ? self.byCode[found.code] : null;
      if (mine) self.open(mine, from, still);
      else region.call(app.show, found, kind, from, still);
    };
    this.list();
    app.layers.refresh();
  }

  Targets.prototype.draw = function (target, area) {
    var self = this, app = this.app, tree = app.tree, shape = S.polygons(area.shape), key = 'target-' + target.grade;
    var layer = L.polygon(shape, {
      pane: 'targets', className: 'target', color: '#333333', weight: 1.6, smoothFactor: 0.5,
      fillColor: fill(app.data, target.grade), fillOpacity: HATCHES[target.grade] ? 1 : 0.85
    });
    this.byCode[target.code] = { target: target, bounds: L.polygon(shape).getBounds(), shape: shape };
    layer.bindTooltip(function () { return S.lines([target.name].concat(target.texts)); }, { sticky: true, className: 'tip' });
    layer.on('click', function (event) {
      if (app.layers.passive && app.layers.passive()) return;
      L.DomEvent.stop(event);
      self.open(self.byCode[target.code], null);
    });
    app.layers.add([key], layer);
    app.layers.labels.add({
      lat: area.lat, lon: area.lon, text: target.label, kind: 'area name-target', weight: 900 + Math.min(90, area.weight), around: false,
      visible: function () { return tree.on[key] && tree.on['target-names']; }
    });
  };

  Targets.prototype.open = function (held, from, still) {
    var app = this.app, plain = { pane: 'chosen', interactive: false, fill: false, smoothFactor: 0.5 }, chosen;
    app.modes.stop();
    app.say('');
    chosen = L.layerGroup([
      L.polygon(held.shape, L.extend({ color: '#FFFFFF', weight: 7 }, plain)), L.polygon(held.shape, L.extend({ color: '#111111', weight: 3.2, className: 'chosen' }, plain))
    ]);
    app.why.open({
      key: 'area:' + held.target.code, content: S.card(held.target.card, app.data.ui, null), from: from, bounds: held.bounds,
      gone: function () { chosen.remove(); }
    }, still);
    chosen.addTo(app.map);
  };

  /* Every area of the table, those without ground too, in its order. */
  Targets.prototype.list = function () {
    var self = this, app = this.app, annex = app.data.annex, side = app.sides.sides.list;
    S.clear(side);
    side.appendChild(S.el('div', { 'class': 'target-list', tabindex: '0', role: 'region', 'aria-label': annex.title }, [
      S.el('table', {}, [
        S.el('thead', {}, [S.el('tr', {}, annex.heads.map(function (head) { return S.el('th', { scope: 'col' }, [head]); }))]),
        S.el('tbody', {}, annex.rows.map(function (row) {
          var held = self.byCode[row.id.replace(/^target:/, '')], name = row.cells[0], button = held ? S.el('button', { type: 'button', 'class': 'link' }, [name]) : name;
          if (held) button.addEventListener('click', function (event) { self.open(held, event.detail === 0 ? button : null); });
          return S.el('tr', {}, row.cells.map(function (cell, k) { return S.el(k ? 'td' : 'th', k ? {} : { scope: 'row' }, [k ? cell : button]); }));
        }))
      ])
    ]));
  };

  S.features.push(function (app) { new Targets(app); });
})(window.SpotsMap);
