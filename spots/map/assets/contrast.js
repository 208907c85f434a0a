/* High contrast, by a button or because the reader's system asks for it. */
(function (S) {
  'use strict';
  function half() {
    return S.svg('svg', { viewBox: '0 0 18 18', 'class': 'half', 'aria-hidden': 'true', focusable: 'false' }, [
      S.svg('circle', { cx: 9, cy: 9, r: 7.5, fill: '#FFFFFF', stroke: '#111111', 'stroke-width': 2 }),
      S.svg('path', { d: 'M9,1.5 A7.5,7.5 0 0 1 9,16.5 Z', fill: '#111111' })
    ]);
  }

  S.features.push(function (app) {
    var ui = app.data.ui, wants = window.matchMedia('(prefers-contrast: more)');
    var button = S.el('button', { type: 'button', 'class': 'contrast-button', title: ui.contrast, 'aria-label': ui.contrast }, [half()]);
    function set(on) {
      app.body.classList.toggle('contrast', on);
      button.setAttribute('aria-pressed', String(on));
      app.layers.labels.forget();
      app.layers.labels.place();
    }
    button.addEventListener('click', function () { set(!app.body.classList.contains('contrast')); });
    L.DomEvent.disableClickPropagation(button);
    var control = L.control({ position: 'topleft' });
    control.onAdd = function () { return button; };
    control.addTo(app.map);
    set(wants.matches);
    if (wants.addEventListener) wants.addEventListener('change', function () { set(wants.matches); });
  });
})(window.SpotsMap);
