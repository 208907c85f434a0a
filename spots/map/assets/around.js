/* What lies around the spots: population, catchments and closed roads. */
(function (S) {
  'use strict';
  function choropleths(layers) {
    layers.data.around.population.concat(layers.data.around.access).forEach(function (item) {
      layers.add([item.key], L.polygon(S.polygons(item.shape), {
        pane: 'population', interactive: false, stroke: false, smoothFactor: 0.5, className: item.key,
        fillColor: 'url(#' + item.key + ')', fillOpacity: 1
      }));
    });
  }

  function catchments(layers) {
    var around = layers.data.around, tree = layers.tree;
    if (around.covered.length) {
      layers.add(['covered'], L.polygon(S.polygons(around.covered), {
        pane: 'catchments', interactive: false, color: S.CATCHMENT, weight: 1.2, smoothFactor: 0.5, className: 'covered',
        fillColor: 'url(#catchment)', fillOpacity: 1
      }));
    }
    around.catchments.forEach(function (item) {
      layers.items.push({
        make: function () {
          return L.polygon(S.polygons(item.shape), {
            pane: 'catchments', interactive: false, color: S.CATCHMENT, weight: 2.4, smoothFactor: 0.5, className: 'catchment',
            fillColor: 'url(#catchment)', fillOpacity: 1
          });
        },
        wanted: function () { return tree.on.catchment && layers.current === item.facility_id; }
      });
    });
  }

  function closures(layers) {
    layers.data.around.closed.forEach(function (item) {
      var lines = item.lines.map(S.line), options = { pane: 'closed', lineCap: 'butt', smoothFactor: 0.5 };
      var group = L.featureGroup([
        L.polyline(lines, L.extend({ color: '#111111', weight: 6.5, className: 'closure' }, options)),
        L.polyline(lines, L.extend({ color: '#FFFFFF', weight: 3.6, dashArray: '5 6', interactive: false }, options))
      ]);
      group.bindTooltip(function () { return S.lines(item.texts); }, { sticky: true, className: 'tip' });
      layers.add(['closed'], group);
    });
  }

  S.drawAround = function (layers) {
    choropleths(layers);
    catchments(layers);
    closures(layers);
  };
})(window.SpotsMap);
