/* The strip over the map: a place for the search and the tools, one tool at a time, and what the
   page has to say. */
(function (S) {
  'use strict';
  S.icon = function (d) {
    return S.svg('svg', { viewBox: '0 0 20 20', width: 20, height: 20, 'aria-hidden': 'true', focusable: 'false' }, [
      S.svg('path', { d: d, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.8, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })
    ]);
  };

  function Modes(app) { this.app = app; this.current = null; }

  /* mode: {button, stop()}; starting one stops the other. Clicks then go through symbols and circles. */
  Modes.prototype.start = function (mode) {
    this.stop();
    this.current = mode;
    mode.button.setAttribute('aria-pressed', 'true');
    this.app.box.classList.add('picking');
  };
  Modes.prototype.stop = function () {
    var mode = this.current;
    if (!mode) return;
    this.current = null;
    mode.button.setAttribute('aria-pressed', 'false');
    this.app.box.classList.remove('picking');
    mode.stop();
  };

  /* Ends what is going on; false where nothing is. */
  Modes.prototype.end = function () {
    if (!this.current) return false;
    this.stop();
    this.app.say('');
    return true;
  };

  /* A button of the strip. */
  S.tool = function (app, name, label, path, press) {
    var button = S.el('button', { type: 'button', 'class': 'tool tool-' + name, 'aria-pressed': 'false', title: label }, [
      S.icon(path), S.el('span', {}, [label])
    ]);
    // Pressed with a key, the map takes the focus: its arrows then move the cross in its middle.
    button.addEventListener('click', function (event) { press(); if (event.detail === 0 && app.modes.current) app.box.focus(); });
    app.tools.appendChild(button);
    return button;
  };

  S.features.push(function (app) {
    var timer = null, says = S.el('p', { 'class': 'says', role: 'status' });
    app.tools = S.el('section', { 'class': 'tools', 'aria-label': app.data.ui.tools });
    app.body.insertBefore(app.tools, app.box);
    app.body.insertBefore(says, app.box.nextSibling);
    app.say = function (text) {
      says.textContent = text;
      says.classList.toggle('on', text !== '');
      window.clearTimeout(timer);
      if (text) timer = window.setTimeout(function () { says.classList.remove('on'); }, 7000);
    };
    app.modes = new Modes(app);
    app.layers.passive = function () { return app.modes.current !== null; };
    app.box.appendChild(S.el('div', { 'class': 'cross', 'aria-hidden': 'true' }));
    app.box.setAttribute('aria-describedby', 'map-keys');
    app.box.appendChild(S.el('p', { id: 'map-keys', 'class': 'unseen' }, [app.data.ui.mapKeys]));
    app.map.invalidateSize({ animate: false });
  });
})(window.SpotsMap);
