/* Paper: one landscape sheet, from the page's buttons or from the browser's own menu. */
(function (S) {
  'use strict';
  /* Lay the sheet out at paper size before printing, so that the map draws itself for it. */
  S.features.push(function (app) {
    var map = app.map, body = document.body, view = null;
    function enter() {
      if (view) return;
      view = { bounds: map.getBounds(), center: map.getCenter(), zoom: map.getZoom() };
      body.classList.add('printing');
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(view.bounds, { animate: false });
    }
    function leave() {
      if (!view) return;
      body.classList.remove('printing');
      map.invalidateSize({ animate: false, pan: false });
      map.setView(view.center, view.zoom, { animate: false });
      view = null;
    }
    window.addEventListener('beforeprint', enter);
    window.addEventListener('afterprint', leave);
    S.print = function (paper) {
      body.classList.toggle('paper-a3', paper === 'a3');
      document.getElementById('paper').media = paper === 'a3' ? 'not all' : 'print';
      document.getElementById('paper-a3').media = paper === 'a3' ? 'print' : 'not all';
      enter();
      window.setTimeout(function () { window.print(); }, 900); // time for tiles of the new view
    };
  });
})(window.SpotsMap);
