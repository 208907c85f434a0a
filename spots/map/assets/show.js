/* Going to a facility, a municipality or a medical area, wherever the wish comes from: the answer in the
   panel, the map around it, and the address that leads there. */
(function (S) {
  'use strict';
  var REACH = 4000; // metres shown around a facility that has no circle of its own

  function label(nodes, key) {
    return nodes.reduce(function (found, node) { return found || (node.key === key ? node.label : label(node.children, key)); }, '');
  }
  function boundsOf(shape) { return L.latLngBounds([].concat.apply([], shape.map(function (rings) { return rings[0]; }))); }

  function Show(app) {
    this.app = app;
    this.byId = Object.create(null);
    app.data.facilities.forEach(function (f) { this.byId[f.id] = f; }, this);
  }

  /* The circle, the way that decided and the hospital at its end. */
  Show.prototype.around = function (f) {
    var app = this.app, spot = app.layers.spots[f.id], other = this.byId[f.nearest];
    var bounds = spot ? L.latLngBounds(spot.bounds.getSouthWest(), spot.bounds.getNorthEast()) : L.latLng(f.lat, f.lon).toBounds(2 * (f.would_be ? app.data.radius_m : REACH));
    bounds.extend([f.lat, f.lon]);
    f.route.forEach(function (line) { bounds.extend(S.line(line)); });
    if (other && other.lon !== null && f.route.length) bounds.extend([other.lat, other.lon]);
    return bounds;
  };

  /* from: what had the focus, when the answer should have it now; at: the place that was clicked, when it
     was not the symbol; still: leave the map as it is */
  Show.prototype.facility = function (f, from, at, still) {
    var app = this.app, ui = app.data.ui, layers = app.layers, marked = layers.markers[f.id];
    var card = S.card(f.card, ui, layers.routeSwitch(f)), keys;
    app.modes.stop();
    app.say(marked ? '' : ui.noPosition.replace('{name}', f.name));
    keys = f.state === 'destination' ? ['destinations'] : f.keys;
    if (marked && !app.tree.any(keys)) {
      app.tree.set([keys[0]], true);
      app.say(ui.layerOn.replace('{layer}', label(app.data.tree, keys[0])));
    }
    if (at) app.inspector.offer(card, at);
    layers.choose(f);
    card.refresh();
    app.why.open({
      key: 'facility:' + f.id, content: card, from: from, bounds: marked ? this.around(f) : null,
      gone: function () { layers.choose(null); }
    }, still);
  };

  /* Several facilities on one another: a list to choose from. */
  Show.prototype.several = function (title, items, from) {
    var list = S.el('ul', { 'class': 'chooser' }, items.map(function (item) {
      var button = S.el('button', { type: 'button' }, [item.symbol, S.el('span', {}, [item.name, S.el('small', {}, [item.note])])]);
      button.addEventListener('click', function (event) { item.take(event.detail === 0 ? from || button : null); });
      return S.el('li', {}, [button]);
    }));
    this.app.why.open({ key: '', from: from, content: S.el('div', { 'class': 'choice' }, [S.el('h2', {}, [title]), list]), bounds: null });
  };

  Show.prototype.region = function (region, kind, from, still) {
    var app = this.app, ui = app.data.ui, shape = S.polygons(region.shape);
    var inside = app.data.facilities.filter(function (f) {
      if (kind === 'area') return f.entry.area_code === region.code;
      return (region.wards || [region.code]).indexOf(f.entry.municipality_code) >= 0;
    });
    var spots = inside.filter(function (f) { return f.state === 'designated'; });
    var notes = region.note.split('\n').filter(function (line) { return line && line !== region.name; });
    var outline = L.polygon(shape, { pane: 'chosen', interactive: false, fill: false, color: '#111111', weight: 3.5, dashArray: '1 7', lineCap: 'round', className: 'found' });
    app.modes.stop();
    app.say('');
    app.why.open({
      key: kind + ':' + region.code, from: from, bounds: boundsOf(shape),
      content: S.el('article', { 'class': 'card' }, [
        S.el('h2', {}, [region.name]),
        S.el('p', { 'class': 'badge' }, [kind === 'area' ? ui.kindArea : ui.kindTown]),
        S.el('ul', {}, notes.map(function (line) { return S.el('li', {}, [line]); })),
        S.el('p', {}, [ui.counts.replace('{n}', String(inside.length)).replace('{spots}', String(spots.length))]),
        inside.length ? this.links(inside) : null
      ]),
      gone: function () { outline.remove(); }
    }, still);
    outline.addTo(app.map);
  };

  /* The facilities of a region, one step away. */
  Show.prototype.links = function (found) {
    var self = this;
    return S.el('ul', { 'class': 'chooser' }, found.map(function (f) {
      var button = S.el('button', { type: 'button' }, [S.symbolOf(f), S.el('span', {}, [f.name, S.el('small', {}, [f.card.badge])])]);
      button.addEventListener('click', function (event) { self.facility(f, event.detail === 0 ? button : null); });
      return S.el('li', {}, [button]);
    }));
  };

  /* What an address names, if the page knows it. */
  Show.prototype.take = function (text, still) {
    var app = this.app, cut = (text || '').indexOf(':'), kind = (text || '').slice(0, Math.max(0, cut)), id = (text || '').slice(cut + 1);
    function known(list) { return list.filter(function (each) { return each.code === id; })[0]; }
    var lists = { town: app.data.municipalities, city: app.cities, area: app.data.areas }, found, place;
    if (kind === 'facility') found = this.byId[id];
    else if (kind === 'unit' && app.units) found = app.units.byId[id];
    else if (kind === 'place') place = S.degrees(id);
    else if (Object.prototype.hasOwnProperty.call(lists, kind)) found = known(lists[kind]);
    if (place) app.inspector.open(L.latLng(place.lat, place.lon), null, still);
    else if (!found) app.why.close();
    else if (kind === 'facility') this.facility(found, null, null, still);
    else if (kind === 'unit') app.units.show(found, null, still);
    else this.region(found, kind, null, still);
  };

  S.features.push(function (app) { app.show = new Show(app); });
})(window.SpotsMap);
