/* The map's layers. Every item says by which keys of the tree it is shown. */
(function (S) {
  'use strict';
  /* From the bottom: drawn base, (tiles 200), areas, municipalities, circles, spots, routes. Fills
     of spots are opaque in a pane that is translucent as a whole: twenty spots on one another are
     no darker than one. */
  var PANES = {
    base: 150, casings: 160, roads: 161, population: 300, areas: 310, outlines: 320, catchments: 325, circles: 330,
    fills: 335, halos: 338, spots: 340, closed: 345, routes: 350, chosen: 360
  };
  var NEAR = 11; // pixels between symbols that a click cannot tell apart

  S.Layers = function (map, data, tree, cities) {
    this.map = map;
    this.data = data;
    this.tree = tree;
    this.items = [];
    this.routes = {};
    this.markers = {};
    this.spots = {};
    this.places = Object.create(null); // of facilities, by id
    this.current = null; // id of the facility that is asked about
    Object.keys(PANES).forEach(function (name) { map.createPane(name).style.zIndex = PANES[name]; });
    ['base', 'casings', 'roads'].forEach(function (name) { map.getPane(name).style.pointerEvents = 'none'; });
    this.labels = new S.Labels(map);
    S.drawBase(this);
    this.regions();
    cities.forEach(this.city, this);
    S.drawBare(this);
    S.nameNeighbours(this);
    S.drawAround(this);
    data.facilities.forEach(this.facility, this);
    map.on('zoomend', this.refreshZoom, this);
  };

  /* Show layer while one of keys is on, and also, too. */
  S.Layers.prototype.add = function (keys, layer, also) {
    var tree = this.tree;
    this.items.push({ layer: layer, own: this.own, wanted: function () { return tree.any(keys) && (!also || tree.on[also]); } });
  };

  /* item: {layer or make(), wanted(), zooms}: what is made only when wanted costs nothing before. */
  function show(map, item) {
    var wanted = item.wanted();
    if (wanted && !item.layer) item.layer = item.make();
    if (!item.layer || wanted === map.hasLayer(item.layer)) return;
    if (wanted) map.addLayer(item.layer);
    else map.removeLayer(item.layer);
  }

  S.Layers.prototype.refresh = function () {
    this.items.forEach(function (item) { show(this.map, item); }, this);
    this.labels.place();
  };

  S.Layers.prototype.refreshZoom = function () {
    this.items.forEach(function (item) { if (item.zooms) show(this.map, item); }, this);
  };

  S.lines = function (texts) {
    return S.el('div', {}, texts.filter(Boolean).map(function (t) { return S.el('div', {}, [t]); }));
  };

  S.Layers.prototype.regions = function () {
    var self = this, tree = this.tree;
    var whole = this.data.cities.map(function (city) { return city.wards.join(); });
    this.data.municipalities.forEach(function (m) {
      var shape = S.polygons(m.shape);
      self.add(['municipalities'], L.polygon(shape, {
        pane: 'outlines', weight: m.home ? 1 : 0.7, color: m.home ? '#7A7A7A' : '#B9B9B3', fillOpacity: 0, smoothFactor: 0.7,
        className: 'municipality'
      }).bindTooltip(function () { return S.lines([m.name].concat(m.note.split('\n'))); }, { sticky: true, direction: 'right', offset: [14, 0], className: 'tip' }));
      if (m.keys.indexOf('municipality-excluded') >= 0) {
        self.add(['municipality-excluded'], L.polygon(shape, {
          pane: 'areas', interactive: false, stroke: false, fillColor: 'url(#municipality-excluded)', fillOpacity: 1
        }));
      }
      if (whole.indexOf(m.code) < 0) self.labels.add({
        lat: m.lat, lon: m.lon, text: m.ward || m.name, kind: m.home ? 'town' : 'abroad', minZoom: m.ward ? 11 : m.home ? 8.5 : 9.5,
        weight: (m.home ? 400 : 100) + Math.min(90, m.weight * 100), around: false,
        visible: function () { return tree.on['municipality-names']; }
      });
    });
    this.data.areas.forEach(function (a) {
      self.add(a.keys, L.polygon(S.polygons(a.shape), {
        pane: 'areas', interactive: false, weight: 2, color: '#5B5B5B', opacity: 0.9, className: 'area',
        fillColor: 'url(#' + a.keys[0] + ')', fillOpacity: 1, smoothFactor: 0.7
      }));
      self.labels.add({
        lat: a.lat, lon: a.lon, text: a.name, kind: 'area', weight: 500, around: false,
        visible: function () { return tree.on['area-names'] && tree.any(a.keys); }
      });
    });
  };

  /* A designated city has its name, however small the map is. */
  S.Layers.prototype.city = function (city) {
    var tree = this.tree;
    this.labels.add({
      lat: city.lat, lon: city.lon, text: city.name, kind: city.home ? 'city' : 'abroad', minZoom: city.home ? 0 : 8, weight: city.home ? 820 : 150, around: false, roam: true,
      visible: function () { return tree.on['municipality-names']; }
    });
  };

  /* Take all facilities off the map, to draw them anew. */
  S.Layers.prototype.clear = function () {
    var map = this.map;
    this.items = this.items.filter(function (item) {
      if (item.own && item.layer && map.hasLayer(item.layer)) map.removeLayer(item.layer);
      return !item.own;
    });
    this.labels.clear();
    this.routes = {};
    this.markers = {};
    this.spots = {};
    this.places = Object.create(null);
  };

  S.Layers.prototype.facility = function (f) {
    this.own = true; // what is drawn now is a facility's
    this.drawn(f);
    this.own = false;
  };

  S.Layers.prototype.drawn = function (f) {
    if (f.route.length) this.route(f);
    if (f.lon === null || f.lat === null) return;
    this.places[f.id] = [f.lat, f.lon];
    if (f.circle) {
      this.add(f.keys, L.polygon(S.polygons(f.circle), {
        pane: 'circles', interactive: false, fill: false, color: '#333333', weight: 1.2, dashArray: '5 5', className: 'uncut'
      }), 'cut');
    }
    if (f.spot) this.spot(f);
    if (f.would_be) {
      this.add(f.keys, L.circle([f.lat, f.lon], {
        pane: 'circles', interactive: false, radius: this.data.radius_m, fill: false,
        color: '#555555', weight: 1.6, dashArray: '0.5 5', lineCap: 'round', className: 'would-be'
      }), 'would-be');
    }
    if (f.state === 'destination') this.marker(f, 'destination', ['destinations'], 100);
    else if (f.hospital) this.marker(f, 'hospital', ['hospitals'], 100);
    if (f.state !== 'destination') this.marker(f, f.state, f.keys, f.state === 'not_met' ? 200 : 600);
    this.name(f);
  };

  S.Layers.prototype.spot = function (f) {
    var self = this, shape = S.polygons(f.spot), group = L.featureGroup();
    var first = S.criterion(f.criteria[0]).colour, plain = { interactive: false, smoothFactor: 0.3 };
    group.addLayer(L.polygon(shape, L.extend({ pane: 'fills', stroke: false, fillColor: first, fillOpacity: 1, className: 'spot-fill' }, plain)));
    group.addLayer(L.polygon(shape, L.extend({ pane: 'halos', fill: false, color: '#FFFFFF', weight: 5, opacity: 0.75, className: 'halo' }, plain)));
    f.criteria.forEach(function (number, place) {
      var style = S.criterion(number);
      group.addLayer(L.polygon(shape, {
        pane: 'spots', className: 'spot', color: style.colour, weight: place ? 2 : 3, smoothFactor: 0.3,
        dashArray: place ? style.dash || '10 10' : style.dash, lineCap: 'butt',
        fill: place === 0, fillOpacity: 0, interactive: place === 0
      }));
    });
    group.bindTooltip(function () { return S.lines([f.name]); }, { sticky: true, className: 'tip' });
    this.choosing(group, function (place) { return self.at(place); });
    this.spots[f.id] = { f: f, shape: shape, bounds: L.latLngBounds([].concat.apply([], shape.map(function (rings) { return rings[0]; }))), layer: group };
    this.add(f.keys, group);
  };

  S.Layers.prototype.marker = function (f, kind, keys, front) {
    var self = this, marker = L.marker([f.lat, f.lon], {
      icon: L.divIcon({ className: 'pin pin-' + kind, iconSize: [24, 24], iconAnchor: [12, 12], html: S.symbol(kind, f.marks, f.criteria[0]) }),
      keyboard: true, zIndexOffset: front, riseOnHover: true
    });
    marker.bindTooltip(function () { return S.lines([f.name, f.card.badge]); }, { className: 'tip', offset: [10, 0] });
    marker.on('add', function () {
      var element = marker.getElement();
      element.setAttribute('aria-label', f.name + ' ' + f.card.badge);
      element.setAttribute('data-facility', f.id);
      S.pressed(element, function () { self.asked(self.near(marker.getLatLng()), null, element); });
    });
    this.choosing(marker, function (place) { return self.near(place); });
    marker.facility = f;
    this.markers[f.id] = marker;
    this.add(keys, marker);
  };

  /* Facilities whose spots, as far as they are shown, hold a place. */
  S.Layers.prototype.at = function (place) {
    var found = [];
    Object.keys(this.spots).forEach(function (id) {
      var spot = this.spots[id];
      if (!this.map.hasLayer(spot.layer) || !spot.bounds.contains(place)) return;
      if (S.inside(spot.shape, place.lat, place.lng)) found.push(spot.f);
    }, this);
    return found;
  };

  /* Facilities whose symbols lie on one another at a place. */
  S.Layers.prototype.near = function (place) {
    var map = this.map, point = map.latLngToContainerPoint(place), markers = this.markers;
    return Object.keys(markers).filter(function (id) {
      return map.hasLayer(markers[id]) && map.latLngToContainerPoint(markers[id].getLatLng()).distanceTo(point) < NEAR;
    }).map(function (id) { return markers[id].facility; });
  };

  /* A click on one facility asks why; where several lie on one another, a list to choose from. */
  S.Layers.prototype.choosing = function (layer, others) {
    var self = this;
    layer.on('click', function (event) {
      if (self.passive && self.passive()) return; // another tool wants the click
      L.DomEvent.stop(event);
      var own = layer.getLatLng ? layer.getLatLng() : null;
      self.asked(others(own || event.latlng), own ? null : event.latlng, null);
    });
  };

  /* found: facilities; at: the place clicked, where it was no symbol; from: what had the focus */
  S.Layers.prototype.asked = function (found, at, from) {
    var answers = this.show, ui = this.data.ui;
    if (found.length === 1) { answers.facility(found[0], from, at); return; }
    answers.several(ui.chooser.replace('{n}', String(found.length)), found.map(function (f) {
      return { symbol: S.symbolOf(f), name: f.name, note: f.card.badge, take: function (back) { answers.facility(f, back, at); } };
    }), from);
  };

  /* The facility that is asked about stands out, with its way, the hospital at its end, and its
     catchment where that is on. */
  S.Layers.prototype.choose = function (f) {
    var plain = { pane: 'chosen', interactive: false, fill: false, smoothFactor: 0.3 }, other = f && this.places[f.nearest], parts = [], shape;
    this.current = f ? f.id : null;
    if (this.chosen) this.chosen.remove();
    this.chosen = null;
    if (f && this.spots[f.id]) {
      shape = this.spots[f.id].shape;
      parts.push(L.polygon(shape, L.extend({ color: '#FFFFFF', weight: 8 }, plain)), L.polygon(shape, L.extend({ color: '#111111', weight: 4, className: 'chosen' }, plain)));
    } else if (f && f.lon !== null) {
      parts.push(L.circleMarker([f.lat, f.lon], L.extend({ radius: 16, color: '#FFFFFF', weight: 7 }, plain)), L.circleMarker([f.lat, f.lon], L.extend({ radius: 16, color: '#111111', weight: 3, className: 'chosen-point' }, plain)));
    }
    if (other && f.route.length) {
      parts.push(L.circleMarker(other, L.extend({ radius: 14, color: '#FFFFFF', weight: 6 }, plain)), L.circleMarker(other, L.extend({ radius: 14, color: S.ROUTE, weight: 3, className: 'chosen-end' }, plain)));
    }
    if (parts.length) this.chosen = L.layerGroup(parts).addTo(this.map);
    this.labels.first = f ? [f.id].concat(other ? [f.nearest] : []) : [];
    this.refresh();
  };

  /* Spots first, always; then what is open, what else was judged, the municipalities (400), and what is
     only reached. */
  var WEIGHTS = { designated: 900, undetermined: 850, excluded: 800, moot: 800, not_met: 450, destination: 90 };
  S.Layers.prototype.name = function (f) {
    var tree = this.tree, strong = f.state !== 'destination' && f.state !== 'not_met';
    var visible = function () { return tree.any(f.keys) || (f.hospital && tree.on[f.state === 'destination' ? 'destinations' : 'hospitals']); };
    var wide = 12 + (f.state === 'designated' ? 6.5 * Math.max(0, f.marks.length - 1) : 0);
    this.labels.avoid({ own: true, lat: f.lat, lon: f.lon, half: strong ? 11 : 7, wide: strong ? wide : 7, strong: strong, visible: visible });
    this.labels.add({
      own: true, id: f.id, lat: f.lat, lon: f.lon, text: f.name, kind: strong ? f.state : 'hospital', around: true, gap: wide + 1, must: f.state === 'designated',
      weight: WEIGHTS[f.state], minZoom: strong ? 8.5 : 10.5,
      visible: function () { return tree.on.names && visible(); }
    });
  };

  /* A card may show or hide one route against the tree, until the tree's line is clicked; that of the
     facility asked about is shown. */
  S.Layers.prototype.route = function (f) {
    var tree = this.tree, self = this;
    var record = { key: f.route_key, asked: null, own: true };
    record.shown = function () { return record.asked === null ? tree.on[record.key] || self.current === f.id : record.asked; };
    record.wanted = record.shown;
    record.make = function () {
      var points = f.route.map(S.line);
      return L.featureGroup([
        L.polyline(points, { pane: 'routes', color: '#FFFFFF', weight: 6.5, opacity: 0.9, interactive: false }),
        L.polyline(points, { pane: 'routes', color: S.ROUTE, weight: 3.2, dashArray: f.straight ? S.STRAIGHT_DASH : null, className: f.straight ? 'route straight' : 'route' })
      ]).bindTooltip(function () { return S.lines([f.route_label]); }, { sticky: true, className: 'tip' });
    };
    this.items.push(record);
    this.routes[f.id] = record;
  };

  S.Layers.prototype.treeChanged = function (keys) {
    var routes = this.routes;
    Object.keys(routes).forEach(function (id) {
      if (keys.indexOf(routes[id].key) >= 0) routes[id].asked = null;
    });
    this.refresh();
  };

  S.Layers.prototype.routeSwitch = function (f) {
    var record = this.routes[f.id], self = this;
    if (!record) return null;
    return {
      shown: record.shown,
      toggle: function () {
        record.asked = !record.shown();
        self.refresh();
        var bounds = record.layer.getBounds().extend([f.lat, f.lon]);
        if (record.asked && !self.map.getBounds().contains(bounds)) self.map.fitBounds(bounds, { padding: [40, 40] });
      }
    };
  };
})(window.SpotsMap);
