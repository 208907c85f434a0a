/* The panel: one of several sides at a time under a row of tabs, beside the map, or, where there is no
   room for that, as a sheet below it that stands low, half or full. The map never lies under it. */
(function (S) {
  'use strict';
  var HEIGHTS = ['low', 'half', 'full'];
  var SLIP = 6; // pixels that a thumb may slip without dragging

  /* Whether the panel is a sheet: the style sheet knows, by a query of its own. */
  S.below = function () {
    return window.getComputedStyle(document.documentElement).getPropertyValue('--panel').trim() === 'below';
  };
  S.still = function () { return window.matchMedia('(prefers-reduced-motion: reduce)').matches; };

  /* Open where there is room; folded to their beginning on a small screen. */
  S.caveats = function (title, texts) {
    var room = window.matchMedia('(min-width: 861px) and (min-height: 561px)');
    var element = S.el('details', { 'class': 'caveats', open: room.matches }, [
      S.el('summary', {}, [S.el('b', {}, [title + S.bracketed(texts.length)]), S.el('span', { 'class': 'caveats-first' }, [texts[0]])]),
      S.el('ul', {}, texts.map(function (t) { return S.el('li', {}, [t]); }))
    ]);
    if (room.addEventListener) room.addEventListener('change', function () { element.open = room.matches; });
    return element;
  };

  function mark(d) {
    return S.svg('svg', { viewBox: '0 0 20 20', width: 20, height: 20, 'class': 'tab-mark', 'aria-hidden': 'true', focusable: 'false' }, [
      S.svg('path', { d: d, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.7, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })
    ]);
  }

  /* tabs: [{name, label, title, mark, tall: whether a phone gives it the whole sheet, children}]; ui: {panel, panelSides, panelUp, panelDown} */
  S.Sides = function (ui, tabs) {
    var self = this;
    this.ui = ui;
    this.names = tabs.map(function (tab) { return tab.name; });
    this.tabs = {};
    this.sides = {};
    this.current = '';
    this.height = 'low';
    this.tall = tabs.filter(function (tab) { return tab.tall; }).map(function (tab) { return tab.name; });
    this.told = []; // called when the panel has shown another side or taken another height
    tabs.forEach(function (tab) {
      self.tabs[tab.name] = S.el('button', {
        type: 'button', role: 'tab', id: 'tab-' + tab.name, 'class': 'tab', title: tab.title, 'aria-controls': 'side-' + tab.name,
        onclick: function () { self.press(tab.name); }
      }, [mark(tab.mark), S.el('span', {}, [tab.label])]);
      self.sides[tab.name] = S.el('div', { role: 'tabpanel', id: 'side-' + tab.name, 'class': 'side side-' + tab.name, 'aria-labelledby': 'tab-' + tab.name, tabindex: '0', hidden: true }, tab.children);
    });
    this.row = S.el('div', { 'class': 'tabs', role: 'tablist', 'aria-label': ui.panelSides }, tabs.map(function (tab) { return self.tabs[tab.name]; }));
    this.row.addEventListener('keydown', function (event) { self.walk(event); });
    this.grip = S.el('button', { type: 'button', 'class': 'grip' }, [S.el('span', { 'aria-hidden': 'true' }, [])]);
    this.drag();
    this.element = S.el('aside', { id: 'panel', 'class': 'panel', 'aria-label': ui.panel }, [this.grip, this.row].concat(tabs.map(function (tab) { return self.sides[tab.name]; })));
    this.stand('low');
    this.open(this.names[0], true);
  };

  /* Show a side; on a sheet that stands low, raise it, but for what opens with the page. */
  S.Sides.prototype.open = function (name, quiet) {
    this.current = name;
    this.names.forEach(function (other) {
      var on = other === name;
      this.tabs[other].setAttribute('aria-selected', String(on));
      this.tabs[other].tabIndex = on ? 0 : -1;
      this.sides[other].hidden = !on;
    }, this);
    document.body.setAttribute('data-side', name);
    if (!quiet && S.below() && window.innerWidth <= 560 && this.tall.indexOf(name) >= 0) this.stand('full');
    else if (!quiet && this.height === 'low') this.stand('half');
    else this.tell();
  };

  S.Sides.prototype.press = function (name) {
    if (S.below() && name === this.current && this.height !== 'low') this.stand('low');
    else this.open(name);
  };

  S.Sides.prototype.stand = function (height) {
    var up = height !== 'full';
    this.height = height;
    document.body.setAttribute('data-sheet', height);
    this.grip.setAttribute('aria-expanded', String(height !== 'low'));
    this.grip.setAttribute('aria-label', up ? this.ui.panelUp : this.ui.panelDown);
    this.tell();
  };

  /* One step down; false where the panel is no sheet or stands low already. */
  S.Sides.prototype.lower = function () {
    if (!S.below() || this.height === 'low') return false;
    this.stand(HEIGHTS[HEIGHTS.indexOf(this.height) - 1]);
    return true;
  };

  S.Sides.prototype.tell = function () {
    this.told.forEach(function (listener) { listener(this.current); }, this);
  };

  S.Sides.prototype.walk = function (event) {
    var last = this.names.length - 1, at = this.names.indexOf(this.current);
    var to = { ArrowLeft: at ? at - 1 : last, ArrowRight: at < last ? at + 1 : 0, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.open(this.names[to]);
    this.tabs[this.names[to]].focus();
  };

  /* The grip is dragged, or pressed: low, half, full, and down again. */
  S.Sides.prototype.drag = function () {
    var self = this, grip = this.grip, from = null, moved = false;
    function top(event) { return window.innerHeight - event.clientY; }
    grip.addEventListener('pointerdown', function (event) {
      from = { y: event.clientY, height: self.element.getBoundingClientRect().height, at: top(event) };
      moved = false;
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener('pointermove', function (event) {
      if (!from || (!moved && Math.abs(event.clientY - from.y) < SLIP)) return;
      moved = true;
      self.element.style.height = Math.max(64, Math.min(window.innerHeight, from.height + top(event) - from.at)) + 'px';
    });
    function dropped() {
      if (!from) return;
      var share = self.element.getBoundingClientRect().height / window.innerHeight;
      from = null;
      self.element.style.height = '';
      if (moved) self.stand(share < 0.28 ? 'low' : share < 0.68 ? 'half' : 'full');
    }
    grip.addEventListener('pointerup', dropped);
    grip.addEventListener('pointercancel', dropped);
    grip.addEventListener('click', function () {
      if (moved) { moved = false; return; }
      self.stand(self.height === 'full' ? 'low' : HEIGHTS[HEIGHTS.indexOf(self.height) + 1]);
    });
  };
})(window.SpotsMap);
