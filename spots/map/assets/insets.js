/* Insets on paper: far islands beside the map, each drawn as the map is, with a frame, a title and a
   scale of its own. */
(function (S) {
  'use strict';
  function overlap(bounds, shape) {
    return S.polygons(shape).some(function (rings) {
      return rings[0].some(function (p) { return S.within(bounds, p[0], p[1]); });
    });
  }

  /* The page's data as far as it lies in an inset. */
  function part(data, bounds) {
    function seen(region) { return overlap(bounds, region.shape); }
    return L.extend({}, data, {
      facilities: data.facilities.filter(function (f) { return S.within(bounds, f.lat, f.lon); }),
      municipalities: data.municipalities.filter(seen),
      areas: data.areas.filter(seen),
      cities: [], neighbours: []
    });
  }

  /* All boxes stand before the first map is made: each takes its share of the column. */
  function box(inset, holder) {
    var place = S.el('div', { 'class': 'inset-map' }), scale = S.el('p', {});
    holder.appendChild(S.el('div', { 'class': 'inset' }, [S.el('h3', {}, [inset.title]), place, scale]));
    return { inset: inset, place: place, scale: scale };
  }

  function drawn(app, made) {
    var b = made.inset.bounds, scale = made.scale;
    var map = L.map(made.place, {
      zoomControl: false, attributionControl: false, zoomSnap: 0, fadeAnimation: false, zoomAnimation: false,
      dragging: false, keyboard: false, scrollWheelZoom: false
    });
    var bounds = L.latLngBounds([b[1], b[0]], [b[3], b[2]]);
    map.fitBounds(bounds, { animate: false, padding: [8, 8] });
    var n = S.sheetScale(map);
    map.setView(bounds.getCenter(), n.zoom, { animate: false });
    scale.appendChild(S.scaleBar(n.denominator, 18));
    scale.appendChild(S.el('span', {}, ['1:' + n.text]));
    new S.Layers(map, part(app.data, b), app.tree, []).refresh();
    return map;
  }

  /* Beside the main map of a sheet; gives what takes them away again. */
  S.sheetInsets = function (app) {
    var holder = S.el('div', { 'class': 'sheet sheet-insets' }), maps = [];
    app.body.appendChild(holder);
    app.body.classList.add('with-insets');
    return {
      draw: function () {
        var boxes = app.data.insets.map(function (inset) { return box(inset, holder); });
        maps = boxes.map(function (each) { return drawn(app, each); });
      },
      remove: function () {
        maps.forEach(function (map) { map.remove(); });
        app.body.removeChild(holder);
        app.body.classList.remove('with-insets');
      }
    };
  };
})(window.SpotsMap);
