/* The backgrounds: tiles where they come, and the drawn base where they do not. */
(function (S) {
  'use strict';
  /* Radio buttons for the tile layers; tells when tiles do not come. */
  S.backgrounds = function (map, data, tiles, alone) {
    var notice = S.el('p', { 'class': 'offline', role: 'status', hidden: true }, [data.ui.offline]);
    var current = data.backgrounds[0].layer;
    Object.keys(tiles).forEach(function (name) {
      var failed = 0, loaded = 0;
      tiles[name].on('tileload', function () { loaded += 1; notice.hidden = true; });
      tiles[name].on('tileerror', function () { failed += 1; if (!loaded && failed > 1 && name === current) notice.hidden = false; });
    });
    var rows = data.backgrounds.map(function (choice, place) {
      var id = 'background-' + (choice.layer || 'none');
      var radio = S.el('input', { type: 'radio', name: 'background', id: id, value: choice.layer });
      radio.checked = place === 0;
      radio.addEventListener('change', function () {
        if (current) map.removeLayer(tiles[current]);
        current = choice.layer;
        notice.hidden = true;
        if (current) map.addLayer(tiles[current]);
      });
      return S.el('div', { 'class': 'line' }, [radio, S.el('label', { 'for': id }, [choice.label])]);
    });
    return S.el('div', { 'class': 'backgrounds' }, rows.concat([notice, alone ? S.el('p', { 'class': 'hint' }, [data.ui.noAbroad]) : null]));
  };
})(window.SpotsMap);
