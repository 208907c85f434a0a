/* Drives to the next hospitals, drawn when a card's button asks for them. */
(function (S) {
  'use strict';
  S.features.push(function (app) {
    var drawn = {};
    /* {shown(), toggle()} of one way of a facility's card. */
    S.waySwitch = function (facility, place, way) {
      var key = place + '/' + facility;
      return {
        shown: function () { return Boolean(drawn[key]); },
        toggle: function () {
          if (drawn[key]) { drawn[key].remove(); delete drawn[key]; return; }
          var points = way.route.map(S.line);
          drawn[key] = L.featureGroup([
            L.polyline(points, { pane: 'routes', color: '#FFFFFF', weight: 6.5, opacity: 0.9, interactive: false }),
            L.polyline(points, { pane: 'routes', color: S.ROUTE, weight: 3.2, dashArray: way.straight ? S.STRAIGHT_DASH : '2 6', className: 'way' })
          ]).bindTooltip(function () { return S.lines([way.label]); }, { sticky: true, className: 'tip' }).addTo(app.map);
          var bounds = drawn[key].getBounds();
          if (!app.map.getBounds().contains(bounds)) app.map.fitBounds(bounds, { padding: [40, 40] });
        }
      };
    };
  });
})(window.SpotsMap);
