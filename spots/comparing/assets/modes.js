/* Before, after, what changed, or both beside each other behind a line that can be moved. */
(function (S) {
  'use strict';
  var MODES = ['change', 'old', 'new', 'swipe'];
  var SIDE_PANES = { old: ['before', 'before-marks'], 'new': ['after', 'after-marks'] };

  S.modes = function (map, layers, ui) {
    var radios = {}, made = null;
    var handle = S.el('span', { 'class': 'swipe-handle' }, ['⇔']);
    var line = S.el('div', { 'class': 'swipe-line', 'aria-hidden': 'true', hidden: true }, [
      S.el('span', { 'class': 'swipe-tag is-old' }, [ui.old]), S.el('span', { 'class': 'swipe-tag is-new' }, [ui['new']]),
      handle
    ]);
    var slider = S.el('input', { type: 'range', min: 0, max: 100, step: 1, value: layers.share, 'class': 'swipe', 'aria-label': ui.swipeAt, hidden: true });
    map.getContainer().appendChild(line);

    /* Panes move with the map; the cut stays where it is on the screen. */
    function cut() {
      var size = map.getSize(), split = size.x * layers.share / 100, on = layers.mode === 'swipe';
      var from = map.containerPointToLayerPoint([0, 0]), to = map.containerPointToLayerPoint([size.x, size.y]);
      var at = map.containerPointToLayerPoint([split, 0]).x;
      function clip(names, left, right) {
        names.forEach(function (name) {
          map.getPane(name).style.clip = on ? 'rect(' + [from.y, right, to.y, left].join('px,') + 'px)' : '';
        });
      }
      clip(SIDE_PANES.old, from.x, at);
      clip(SIDE_PANES['new'], at, to.x);
      line.style.left = split + 'px';
    }
    function show(mode) {
      layers.mode = mode;
      radios[mode].checked = true;
      document.body.setAttribute('data-mode', mode);
      line.hidden = slider.hidden = mode !== 'swipe';
      layers.refresh();
      cut();
      if (made && made.told) made.told();
    }
    function move(share) {
      layers.share = Math.min(100, Math.max(0, share));
      slider.value = layers.share;
      cut();
      layers.labels.place();
    }
    slider.addEventListener('input', function () { move(Number(slider.value)); });
    L.DomEvent.disableClickPropagation(handle);
    handle.addEventListener('pointerdown', function (event) {
      handle.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    handle.addEventListener('pointermove', function (event) {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      var box = map.getContainer().getBoundingClientRect();
      move((event.clientX - box.left) / box.width * 100);
    });
    map.on('move zoom zoomend moveend resize viewreset', cut);
    document.addEventListener('keydown', function (event) {
      var at = ['1', '2', '3', '4'].indexOf(event.key);
      if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
      show(MODES[at]);
    });
    var group = S.el('fieldset', { 'class': 'modes' }, [S.el('legend', {}, [ui.modes])].concat(MODES.map(function (mode, at) {
      radios[mode] = S.el('input', { type: 'radio', name: 'mode', id: 'mode-' + mode, value: mode });
      radios[mode].addEventListener('change', function () { show(mode); });
      return S.el('span', { 'class': 'mode' }, [radios[mode], S.el('label', { 'for': 'mode-' + mode }, [S.el('kbd', {}, [String(at + 1)]), ui[mode]])]);
    })).concat([slider]));
    made = { element: group, show: show, names: MODES, told: null };
    return made;
  };
})(window.SpotsMap);
