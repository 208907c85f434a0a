/* What the map draws: base, areas, the spots of both sides, the ground that changed, facilities. */
(function (S) {
  'use strict';
  var PANES = { base: 150, areas: 310, outlines: 320, kept: 330, before: 340, after: 350, change: 360 };
  var FEW = 40;
  /* Spots stand in panes of their own, so that the swipe can cut them. */
  var SIDES = { before: 'old', after: 'new' };

  function tip(texts) {
    return S.el('div', {}, texts.filter(Boolean).map(function (t) { return S.el('div', {}, [t]); }));
  }

  S.Layers = function (map, data) {
    this.map = map;
    this.data = data;
    this.mode = 'change';
    this.share = 50; // percent of the map's width where before ends, when swiping
    this.spots = { old: {}, 'new': {} };
    this.evidence = false;
    this.markers = {};
    this.groups = {};
    Object.keys(PANES).forEach(function (name) { map.createPane(name).style.zIndex = PANES[name]; });
    ['before', 'after'].forEach(function (side) { map.createPane(side + '-marks').style.zIndex = 610; });
    map.getPane('base').style.pointerEvents = 'none';
    this.labels = new S.Labels(map);
    this.base();
    this.areas();
    this.side('before', data.old_spots, S.OLD, '7 5');
    this.side('after', data.new_spots, S.NEW, null);
    this.change();
    this.facilities();
  };

  S.Layers.prototype.on = function (modes) {
    var self = this;
    return function () { return modes.indexOf(self.mode) >= 0; };
  };

  /* Which side a place of the map belongs to in the present mode; null where changes are shown. */
  S.Layers.prototype.sideAt = function (at) {
    if (this.mode === 'change') return null;
    if (this.mode !== 'swipe') return this.mode;
    return this.map.latLngToContainerPoint(at).x < this.map.getSize().x * this.share / 100 ? 'old' : 'new';
  };

  S.Layers.prototype.base = function () {
    var map = this.map, self = this;
    var whole = this.data.cities.map(function (city) { return city.wards.join(); });
    this.data.cities.forEach(function (city) {
      self.labels.add({ lat: city.lat, lon: city.lon, text: city.name, kind: 'city', around: false, roam: true, weight: 600, minZoom: 0, visible: function () { return true; } });
    });
    this.data.municipalities.forEach(function (m) {
      var shape = S.polygons(m.shape);
      L.polygon(shape, { pane: 'base', interactive: false, weight: 0.6, color: m.home ? '#C9C4B4' : '#CFCFCB', className: 'land',
        fillColor: m.home ? '#FBFAF5' : '#E9E9E6', fillOpacity: 1, smoothFactor: 0.7 }).addTo(map);
      L.polygon(shape, { pane: 'outlines', interactive: false, weight: 0.9, color: '#7A7A7A', fill: false, smoothFactor: 0.7 }).addTo(map);
      if (whole.indexOf(m.code) < 0) self.labels.add({ lat: m.lat, lon: m.lon, text: m.ward || m.name, kind: m.home ? 'town' : 'abroad', minZoom: m.ward ? 11 : m.home ? 8.5 : 9.5, around: false,
        weight: (m.home ? 400 : 100) + Math.min(90, m.weight * 100), visible: function () { return true; } });
    });
    this.data.roads.slice().reverse().forEach(function (road) {
      L.polyline(road.lines.map(S.line), { pane: 'base', interactive: false, weight: road.road_class === 'motorway' ? 2 : 1.2, color: '#CDBF98', smoothFactor: 1.5 }).addTo(map);
    });
  };

  S.Layers.prototype.areas = function () {
    var group = { old: L.layerGroup(), 'new': L.layerGroup() };
    this.data.areas.forEach(function (a) {
      ['old', 'new'].forEach(function (side, at) {
        if (!a.shortage[at]) return;
        group[side].addLayer(L.polygon(S.polygons(a.shape), { pane: 'areas', interactive: false, weight: 1.6, color: '#8A5E00', opacity: 0.8, fillColor: 'url(#fill-shortage)', fillOpacity: 1, smoothFactor: 0.7 }));
      });
    });
    this.groups.shortageOld = { layer: group.old, wanted: this.on(['old']) };
    this.groups.shortageNew = { layer: group['new'], wanted: this.on(['new', 'change', 'swipe']) };
  };

  S.Layers.prototype.side = function (pane, spots, colour, dash) {
    var self = this, own = SIDES[pane], shapes = L.layerGroup(), marks = L.layerGroup();
    var wanted = this.on([own, 'swipe']);
    spots.forEach(function (spot) {
      shapes.addLayer(L.polygon(S.polygons(spot.shape), { pane: pane, className: 'spot spot-' + own, color: colour, weight: 2.4, dashArray: dash, fillColor: colour, fillOpacity: 0.2, smoothFactor: 0.3 })
        .bindTooltip(function () { return tip([spot.marks + ' ' + spot.name]); }, { sticky: true, className: 'tip' }));
      var wide = S.middleWidth(spot.marks), at = [spot.lat, spot.lon];
      var here = function () { return self.sideAt(at) === own; };
      self.spots[own][at.join()] = true;
      marks.addLayer(L.marker([spot.lat, spot.lon], { pane: pane + '-marks', interactive: false, keyboard: false,
        icon: L.divIcon({ className: 'pin middle', iconSize: [wide, 22], iconAnchor: [wide / 2, 11], html: S.middle(spot.marks, colour) }) }));
      self.labels.avoid({ lat: spot.lat, lon: spot.lon, half: 11, wide: wide / 2, strong: true, visible: here });
      self.labels.add({ lat: spot.lat, lon: spot.lon, text: spot.name, kind: own, around: true, gap: wide / 2 + 2, weight: 800, minZoom: 8.5,
        visible: here });
    });
    this.groups[own] = { layer: L.layerGroup([shapes, marks]), wanted: wanted };
  };

  S.Layers.prototype.change = function () {
    var data = this.data, group = L.layerGroup();
    function ground(shape, key, options) {
      if (!shape.length) return;
      group.addLayer(L.polygon(S.polygons(shape), Object.assign({ pane: 'change', className: 'ground ground-' + key, smoothFactor: 0.3 }, options))
        .bindTooltip(function () { return tip([data.ui[key]]); }, { sticky: true, className: 'tip' }));
    }
    ground(data.kept, 'kept', { pane: 'kept', color: S.KEPT, weight: 1.4, fillColor: S.KEPT, fillOpacity: 0.28 });
    ground(data.lost, 'lost', { color: S.OLD, weight: 2.2, dashArray: '7 5', fillColor: 'url(#fill-lost)', fillOpacity: 1 });
    ground(data.gained, 'gained', { color: S.NEW, weight: 2.4, fillColor: 'url(#fill-gained)', fillOpacity: 1 });
    this.groups.change = { layer: group, wanted: this.on(['change']) };
  };

  S.Layers.prototype.facilities = function () {
    var self = this, turned = L.layerGroup(), other = L.layerGroup();
    // Of many facilities a name may not cover the symbols of the others.
    var few = this.data.facilities.filter(function (f) { return f.kind !== 'evidence'; }).length <= FEW;
    this.data.facilities.forEach(function (f) {
      if (f.lon === null || f.lat === null) return;
      var strong = f.kind !== 'evidence', at = [f.lat, f.lon];
      var beside = self.spots.old[at.join()] || self.spots['new'][at.join()] ? ' pin-beside' : '';
      var marker = L.marker([f.lat, f.lon], { keyboard: true, riseOnHover: true, zIndexOffset: strong ? 800 : 100, pane: 'markerPane',
        icon: L.divIcon({ className: 'pin pin-' + f.kind + beside, iconSize: [24, 24], iconAnchor: [12, 12], html: S.symbol(f.kind) }) });
      marker.on('click', function () { self.open(f, null); });
      marker.bindTooltip(function () { return tip([f.name, f.badge]); }, { className: 'tip', offset: [10, 0] });
      marker.on('add', function () {
        marker.getElement().setAttribute('aria-label', f.name + ' ' + f.badge);
        marker.getElement().setAttribute('data-facility', f.id);
        S.pressed(marker.getElement(), function () { self.open(f, marker.getElement()); });
      });
      self.markers[f.id] = marker;
      (strong ? turned : other).addLayer(marker);
      var seen = function () { return strong || self.evidence; };
      self.labels.avoid({ lat: f.lat, lon: f.lon, half: strong ? 12 : 6, wide: strong ? 12 : 6, strong: strong, visible: seen });
      if (!strong) return;
      self.labels.add({ id: f.id, lat: f.lat, lon: f.lon, text: f.name, kind: 'changed', around: true, gap: 14,
        weight: f.kind === 'changed' ? 900 : 850, must: few || f.kind === 'changed',
        visible: function () { var side = self.sideAt(at); return side === null || !self.spots[side][at.join()]; } });
    });
    this.groups.turned = { layer: turned, wanted: function () { return true; } };
    this.groups.evidence = { layer: other, wanted: function () { return self.evidence; } };
  };

  S.Layers.prototype.refresh = function () {
    var map = this.map, groups = this.groups;
    Object.keys(groups).forEach(function (name) {
      var group = groups[name], wanted = group.wanted();
      if (wanted && !map.hasLayer(group.layer)) map.addLayer(group.layer);
      if (!wanted && map.hasLayer(group.layer)) map.removeLayer(group.layer);
    });
    this.labels.place();
  };

  /* What a facility's spots were and are, on either side. */
  S.Layers.prototype.around = function (f) {
    var bounds = L.latLng(f.lat, f.lon).toBounds(9000);
    this.data.old_spots.concat(this.data.new_spots).forEach(function (spot) {
      if (spot.lat === f.lat && spot.lon === f.lon) bounds.extend(L.polygon(S.polygons(spot.shape)).getBounds());
    });
    return bounds;
  };

  /* Ask about a facility, also one whose symbols are switched off. */
  S.Layers.prototype.open = function (f, from, still) {
    var marker = this.markers[f.id], map = this.map, ring = null, labels = this.labels, gone;
    if (marker && f.kind === 'evidence' && !this.evidence) map.addLayer(marker);
    if (marker) ring = L.circleMarker([f.lat, f.lon], { pane: 'change', interactive: false, radius: 17, fill: false, color: '#111111', weight: 3, className: 'chosen-point' }).addTo(map);
    gone = function () { if (ring) ring.remove(); labels.first = []; };
    labels.first = [f.id];
    this.why.open({ key: 'facility:' + f.id, content: S.card(f, this.data.ui), from: from, bounds: marker ? this.around(f) : null, gone: gone }, still);
    labels.place();
  };
})(window.SpotsMap);
