/* The backgrounds: tiles where they come, and the drawn base where they do not. */
(function (S) {
  'use strict';
  var ENOUGH = 4; // tiles that failed, none having come, before the rest is not waited for

  /* Radio buttons for the tile layers. Tiles that do not come are taken away, so that the drawn base
     and no empty squares are seen and nobody is credited for nothing. */
  S.backgrounds = function (map, data, tiles, alone) {
    var current = data.backgrounds[0].layer, came = false;
    if (data.inside) {
      tiles.inside = S.insideTiles(data.inside);
      map.addLayer(tiles.inside);
    }
    var retry = S.el('button', { type: 'button', 'class': 'retry' }, [data.ui.retry]);
    var notice = S.el('p', { 'class': 'offline', role: 'status', hidden: true }, [data.ui.offline + ' ', retry]);

    function use(name) {
      if (current) map.removeLayer(tiles[current]);
      current = name;
      came = false;
      notice.hidden = true;
      if (current) map.addLayer(tiles[current]);
    }
    /* Later, because Leaflet is still busy with the tile that it tells of. */
    function giveUp(name) {
      window.setTimeout(function () {
        if (name !== current || !notice.hidden) return;
        map.removeLayer(tiles[name]);
        came = false;
        notice.hidden = false;
      }, 0);
    }
    function again() { if (!notice.hidden) use(current); }
    Object.keys(tiles).forEach(function (name) {
      var failed = 0, loaded = 0;
      tiles[name].on('loading', function () { failed = 0; loaded = 0; });
      tiles[name].on('tileload', function () { loaded += 1; came = true; });
      tiles[name].on('tileerror', function () {
        failed += 1;
        if (!came && failed >= ENOUGH) giveUp(name);
      });
      tiles[name].on('load', function () { if (failed && !loaded) giveUp(name); });
    });
    retry.addEventListener('click', again);
    window.addEventListener('online', again);
    /* What is chosen, as the address bar has it: '' for what the page opens with. */
    S.background = {
      read: function () { return current === data.backgrounds[0].layer ? '' : current || 'none'; },
      take: function (text) {
        var names = data.backgrounds.map(function (choice) { return choice.layer || 'none'; });
        var name = names.indexOf(text) >= 0 ? text : names[0];
        if (name === (current || 'none')) return;
        document.getElementById('background-' + name).checked = true;
        use(name === 'none' ? '' : name);
      }
    };
    /* Whether tiles are on the map now. */
    /* Who is to be named on paper for the tiles that are on the map. */
    S.tileCredit = function () {
      return current === 'inside' ? data.ui.background + (data.lang === 'ja' ? '：' : ': ') + data.inside.attribution : data.ui.tileSource;
    };
    S.tilesShown = function () { return came && current !== '' && map.hasLayer(tiles[current]); };

    var rows = data.backgrounds.map(function (choice, place) {
      var id = 'background-' + (choice.layer || 'none');
      var radio = S.el('input', { type: 'radio', name: 'background', id: id, value: choice.layer });
      radio.checked = place === 0;
      radio.addEventListener('change', function () { use(choice.layer); if (S.app.told) S.app.told(); });
      return S.el('div', { 'class': 'line' }, [radio, S.el('label', { 'for': id }, [choice.label])]);
    });
    return S.el('div', { 'class': 'backgrounds' }, rows.concat([notice, alone ? S.el('p', { 'class': 'hint' }, [data.ui.noAbroad]) : null]));
  };
})(window.SpotsMap);
