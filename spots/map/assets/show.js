/* Going to a facility, a municipality or a medical area, wherever the wish comes from. */
(function (S) {
  'use strict';
  var CLOSE = 12; // zoom at which a circle of 4 km fills a good part of a screen

  function still() { return window.matchMedia('(prefers-reduced-motion: reduce)').matches; }

  function label(nodes, key) {
    return nodes.reduce(function (found, node) { return found || (node.key === key ? node.label : label(node.children, key)); }, '');
  }

  function Show(app) {
    var self = this;
    this.app = app;
    this.turn = 0;
    this.back = null; // where the focus goes when the popup closes
    app.map.on('popupclose', function (event) {
      var back = self.back, active = document.activeElement;
      self.back = null; // a popup fades before it goes: what has the focus may still be in it
      if (back && (!active || active === app.body || event.popup.getElement().contains(active))) back.focus();
    });
    app.map.getPane('popupPane').addEventListener('keydown', function (event) {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      app.map.closePopup();
    });
  }

  /* A view, and what to do once it stands. A later wish overtakes an earlier one. */
  Show.prototype.fly = function (move, then) {
    var map = this.app.map, turn = this.turn += 1, self = this, done = false;
    function arrived() {
      if (done || turn !== self.turn) return;
      done = true;
      then();
    }
    map.stop();
    map.once('moveend', function () { window.setTimeout(arrived, 0); });
    window.setTimeout(arrived, 2500);
    move(still() ? { animate: false } : { duration: 0.7 });
  };

  /* from: what had the focus, when the popup should have it now. */
  Show.prototype.open = function (open, from) {
    this.app.map.closePopup(); // gives the focus back to what an earlier popup took it from
    var card = null, opened = function (event) { card = event.popup.getElement().querySelector('.card'); };
    this.app.map.once('popupopen', opened);
    open();
    this.app.map.off('popupopen', opened);
    if (!from || !card) return;
    this.back = from;
    card.setAttribute('tabindex', '-1');
    card.focus({ preventScroll: true });
  };

  Show.prototype.facility = function (f, from) {
    var app = this.app, self = this, marker = app.layers.markers[f.id];
    app.modes.stop();
    app.say('');
    if (!marker) { this.lost(f); return; }
    S.phonePanel(false);
    var keys = f.state === 'destination' ? ['hospitals'] : f.keys;
    if (!app.tree.any(keys)) {
      app.tree.set([keys[0]], true);
      app.say(app.data.ui.layerOn.replace('{layer}', label(app.data.tree, keys[0])));
    }
    this.fly(function (options) {
      app.map.flyTo([f.lat, f.lon], Math.max(app.map.getZoom(), CLOSE), options);
    }, function () { self.open(function () { marker.openPopup(); }, from); });
  };

  /* A facility without a position has its card in the panel. */
  Show.prototype.lost = function (f) {
    var all = Array.from(this.app.body.querySelectorAll('.lost'));
    var details = all.filter(function (d) { return d.getAttribute('data-facility') === f.id; })[0];
    this.turn += 1; // what was flown to is not wanted any more
    this.app.map.closePopup();
    S.phonePanel(true);
    S.panelTab('layers');
    this.app.say(this.app.data.ui.noPosition.replace('{name}', f.name));
    if (!details) return;
    details.open = true;
    details.parentNode.open = true;
    details.scrollIntoView({ block: 'start' });
    details.querySelector('summary').focus();
  };

  Show.prototype.region = function (region, kind, from) {
    var app = this.app, self = this, ui = app.data.ui;
    var shape = S.polygons(region.shape), bounds = L.latLngBounds([].concat.apply([], shape.map(function (r) { return r[0]; })));
    var inside = app.data.facilities.filter(function (f) {
      return kind === 'area' ? f.entry.area_code === region.code : f.entry.municipality_code === region.code;
    });
    var spots = inside.filter(function (f) { return f.state === 'designated'; });
    app.modes.stop();
    app.say('');
    S.phonePanel(false);
    var notes = region.note.split('\n').filter(function (line) { return line && line !== region.name; });
    var card = S.el('article', { 'class': 'card' }, [
      S.el('h2', {}, [region.name]),
      S.el('p', { 'class': 'badge' }, [kind === 'area' ? ui.kindArea : ui.kindTown]),
      S.el('ul', {}, notes.map(function (line) { return S.el('li', {}, [line]); })),
      S.el('p', {}, [ui.counts.replace('{n}', String(inside.length)).replace('{spots}', String(spots.length))])
    ]);
    this.fly(function (options) {
      app.map.flyToBounds(bounds, L.extend({ padding: [24, 24], maxZoom: 13 }, options));
    }, function () {
      self.open(function () {
        var outline = L.polygon(shape, { pane: 'chosen', interactive: false, fill: false, color: '#111111', weight: 3.5, dashArray: '1 7', lineCap: 'round', className: 'found' });
        L.popup(app.layers.popupOptions()).setLatLng([region.lat, region.lon]).setContent(card)
          .on('remove', function () { outline.remove(); }).openOn(app.map);
        outline.addTo(app.map);
      }, from);
    });
  };

  S.features.push(function (app) { app.show = new Show(app); });
})(window.SpotsMap);
