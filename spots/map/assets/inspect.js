/* "This place": a click on open ground, a right click or a long press anywhere, Enter on the map's
   middle, or any click while the tool is on. */
(function (S) {
  'use strict';
  var DOUBLE = 230; // milliseconds within which a second click is a zoom

  function grouped(n) { return String(n).replace(/\B(?=(\d{3})+$)/g, ','); }
  S.metres = function (metres) { return metres < 9999.5 ? grouped(Math.round(metres)) + ' m' : (metres / 1000).toFixed(1) + ' km'; };

  function fill(text, values) {
    return Object.keys(values).reduce(function (t, key) { return t.split('{' + key + '}').join(String(values[key])); }, text);
  }

  function Inspector(app) {
    this.app = app;
    this.places = new S.Places(app.data);
    this.mark = null;
  }

  function row(label, parts, tone) {
    return S.el('div', { 'class': 'row' + (tone ? ' tone-' + tone : '') }, [S.el('dt', {}, [label]), S.el('dd', {}, parts)]);
  }
  function line(children) { return S.el('div', {}, children); }
  function spotLine(marks, link) { return S.el('div', { 'class': 'spot-line' }, [S.el('span', {}, [marks]), link]); }

  /* A facility's name that leads to it. */
  Inspector.prototype.link = function (f) {
    var app = this.app, button = S.el('button', { type: 'button', 'class': 'link' }, [f.name]);
    button.addEventListener('click', function (event) { app.show.facility(f, event.detail === 0 ? button : null); });
    return button;
  };

  Inspector.prototype.ground = function (found) {
    var ui = this.app.data.ui, town = found.town, region = town.region, rows = [];
    var notes = region ? region.note.split('\n') : [];
    var names = town.others.map(function (r) { return r.name; }).join(ui.comma);
    rows.push(row(ui.kindTown, [
      line([region ? region.name : ui.noTown]),
      town.offshore ? line([fill(ui.offshore, { m: S.metres(town.offshore) })]) : null,
      names ? line([fill(ui.border, { names: names, m: Math.ceil(this.places.near) })]) : null
    ], names || town.offshore ? 'warn' : ''));
    if (notes.length && notes[0]) rows.push(row(found.area ? ui.kindArea : ui.prefecture, notes.map(function (n) { return line([n]); })));
    if (found.area && found.area.keys.indexOf('area-shortage') >= 0) rows.push(row('', [ui.inShortage], 'warn'));
    return rows;
  };

  Inspector.prototype.spots = function (found) {
    var self = this, ui = this.app.data.ui, inside = found.circles.inside, next = found.circles.nearest;
    var rows = [row(ui.spotsHere, inside.length ? [fill(ui.inside, { n: inside.length })] : [ui.outside], inside.length ? 'met' : 'not')];
    inside.forEach(function (s) {
      rows.push(row('', [
        spotLine(s.f.marks, self.link(s.f)),
        line([fill(ui.toFacility, { m: S.metres(s.distance) })]),
        line([fill(ui.toEdge, { m: S.metres(s.edge) })])
      ], s.edge < 5 ? 'warn' : ''));
    });
    if (!inside.length && next) {
      rows.push(row(ui.nearestEdge, [line([S.metres(next.edge)]), spotLine(next.f.marks, this.link(next.f)), line([fill(ui.toFacility, { m: S.metres(next.distance) })])]));
    }
    return rows;
  };

  Inspector.prototype.hospital = function (found) {
    var ui = this.app.data.ui, h = found.hospital, grid = this.app.data.grid;
    if (!h.f) return [row(ui.nearestHospital, [ui.noHospital], 'warn')];
    var straight = h.metres === null ? '' : fill(ui.straight, { m: S.metres(h.metres) });
    if (h.minutes === null) {
      return [row(ui.nearestHospital, [line([ui['why_' + h.why]])], 'warn'), row(ui.nearestStraight, [line([this.link(h.f)]), line([straight])])];
    }
    var cell = Math.round(grid.cell_m);
    return [row(ui.nearestHospital, [
      line([S.el('strong', {}, [fill(h.minutes < 1 ? ui.lessMinute : ui.minutes, { n: h.minutes })])]), line([this.link(h.f)]), line([straight]),
      line([S.el('small', {}, [fill(ui.approximate, { m: cell })])])
    ])];
  };

  Inspector.prototype.card = function (lat, lon) {
    var ui = this.app.data.ui, found = this.places.at(lat, lon);
    var rows = [row(ui.coordinates, [line([fill(ui.latlon, { lat: lat.toFixed(5), lon: lon.toFixed(5) })])])];
    return S.el('article', { 'class': 'card place' }, [
      S.el('h2', {}, [ui.place]),
      S.el('dl', {}, rows.concat(this.ground(found), this.spots(found), this.hospital(found)))
    ]);
  };

  /* A place as its address has it: about a metre. */
  function address(place) { return 'place:' + place.lat.toFixed(5) + ',' + place.lng.toFixed(5); }

  /* from: what had the focus, when the answer should have it now */
  Inspector.prototype.open = function (latlng, from, still) {
    var app = this.app, place = latlng.wrap(), content = this.card(place.lat, place.lng);
    var mark = L.circleMarker(place, { pane: 'chosen', radius: 6, interactive: false, color: '#111111', weight: 2, fillColor: '#FFE680', fillOpacity: 1, className: 'asked-place' });
    app.say('');
    app.why.open({ key: address(place), content: content, from: from, bounds: null, gone: function () { mark.remove(); } }, still);
    mark.addTo(app.map);
    if (!still && !app.map.getBounds().pad(-0.06).contains(place)) app.map.panTo(place, { animate: !S.still() });
  };

  /* A click in a circle asks why it is there; from its card the place itself is one step away. */
  Inspector.prototype.offer = function (card, at) {
    var self = this, button = S.el('button', { type: 'button', 'class': 'link ask-place' }, [this.app.data.ui.askPlace]);
    button.addEventListener('click', function (event) { self.open(at, event.detail === 0 ? button : null); });
    card.insertBefore(button, card.querySelector('.route-button') || card.querySelector('details'));
  };

  S.features.push(function (app) {
    var map = app.map, inspector = new Inspector(app), timer = null;
    app.inspector = inspector;
    var mode = { stop: function () {}, name: 'place' };
    mode.button = S.tool(app, 'place', app.data.ui.placeTool, 'M10,1.5 V6 M10,14 V18.5 M1.5,10 H6 M14,10 H18.5 M10,5.5 A4.5,4.5 0 1 1 9.99,5.5', function () {
      if (app.modes.current === mode) { app.modes.stop(); app.say(''); return; }
      app.modes.start(mode);
      app.say(app.data.ui.placeHint);
    });
    map.on('click', function (event) {
      window.clearTimeout(timer);
      if (app.modes.current === mode) { inspector.open(event.latlng); return; }
      if (app.modes.current || app.body.classList.contains('printing')) return;
      timer = window.setTimeout(function () { inspector.open(event.latlng); }, DOUBLE);
    });
    map.on('dblclick movestart', function () { window.clearTimeout(timer); });
    map.on('contextmenu', function (event) {
      window.clearTimeout(timer);
      if (!app.modes.current || app.modes.current === mode) inspector.open(event.latlng);
    });
    // Leaflet keeps a symbol's own right click and long press from the map.
    Object.keys(app.layers.markers).forEach(function (id) {
      app.layers.markers[id].on('contextmenu', function (event) { inspector.open(event.latlng); });
    });
    app.box.addEventListener('keydown', function (event) {
      if (event.target !== app.box || event.key === 'Tab') return;
      if (event.key === 'Enter' && (!app.modes.current || app.modes.current === mode)) inspector.open(map.getCenter(), app.box);
    });
  });
})(window.SpotsMap);
