/* The answer: what was asked for is told in the panel, and the map shows it in all that the panel
   leaves free. Nothing is told over the map. */
(function (S) {
  'use strict';
  var CLOSE = 13; // zoom beyond which a circle of 4 km no longer fits a screen

  /* app: {map, sides, box, ui}; hint: what stands there while nothing is asked */
  S.Why = function (app, hint) {
    var self = this;
    this.app = app;
    this.asked = null;
    this.told = []; // called with what is asked now, or null
    this.side = app.sides.sides.why;
    this.hint = S.el('p', { 'class': 'why-hint' }, [hint]);
    this.close_ = S.el('button', { type: 'button', 'class': 'why-close', 'aria-label': app.ui.close, title: app.ui.close }, ['×']);
    this.close_.addEventListener('click', function () { self.close(); });
    this.side.appendChild(this.hint);
  };

  /* asked: {key: what the address bar says of it, or '', content: element, bounds: what the map should
     hold, or null, from: what had the focus, when the answer should have it now, gone(): when it ends};
     still: leave the map as it is */
  S.Why.prototype.open = function (asked, still) {
    var sides = this.app.sides, active = document.activeElement, inside = this.side.contains(active);
    if (!this.asked) this.back = sides.current === 'why' ? this.back || sides.names[0] : sides.current;
    if (!this.asked || !inside) this.from = asked.from || (inside ? null : active);
    this.end();
    this.asked = asked;
    S.clear(this.side);
    this.side.appendChild(this.close_);
    this.side.appendChild(asked.content);
    document.body.classList.add('asked');
    sides.open('why');
    if (S.below() && sides.height === 'full' && !inside) sides.stand('half'); // the map is half of the answer
    this.side.scrollTop = 0;
    if (asked.bounds && !still) this.fit(asked.bounds);
    this.told.forEach(function (listener) { listener(asked); });
    if (!asked.from && !inside) return;
    asked.content.setAttribute('tabindex', '-1');
    asked.content.focus({ preventScroll: true });
  };

  S.Why.prototype.end = function () {
    if (this.asked && this.asked.gone) this.asked.gone();
    this.asked = null;
  };

  /* False where nothing was asked. */
  S.Why.prototype.close = function () {
    var sides = this.app.sides, from = this.from, active = document.activeElement, held;
    if (!this.asked) return false;
    held = !active || active === document.body || this.side.contains(active);
    this.end();
    S.clear(this.side);
    this.side.appendChild(this.hint);
    document.body.classList.remove('asked');
    if (sides.current === 'why') {
      sides.open(this.back || sides.names[0], true);
      if (!S.below()) sides.tell();
      else if (this.back === 'list') sides.open('list');
      else sides.stand('low');
    }
    this.told.forEach(function (listener) { listener(null); });
    this.from = null;
    if (held) (from && document.body.contains(from) && from.getClientRects().length ? from : this.app.box).focus({ preventScroll: true });
    return true;
  };

  /* A view that holds the bounds; the present one where it does so well enough. */
  S.Why.prototype.fit = function (bounds) {
    var map = this.app.map, size = map.getSize(), tight = size.y < 260 || size.x < 420;
    var options = { paddingTopLeft: tight ? [52, 14] : [66, 34], paddingBottomRight: tight ? [14, 26] : [40, 40], maxZoom: CLOSE };
    var pad = L.point(options.paddingTopLeft).add(options.paddingBottomRight);
    var zoom = Math.min(CLOSE, map.getBoundsZoom(bounds, false, pad));
    map.stop();
    if (map.getBounds().pad(-0.04).contains(bounds) && map.getZoom() <= zoom + 0.25 && map.getZoom() >= zoom - 0.75) return;
    if (S.still()) map.fitBounds(bounds, L.extend({ animate: false }, options));
    else map.flyToBounds(bounds, L.extend({ duration: 0.7 }, options));
  };

  /* The map keeps the middle of its view when the panel takes another size, and all of the ground when it
     showed all of it. */
  S.resized = function (map, sides, bounds, home) {
    sides.told.push(function () {
      var whole = map.getBounds().contains(bounds) && map.getZoom() >= map.getBoundsZoom(bounds) - 0.75;
      map.invalidateSize({ animate: false });
      if (whole && !document.body.classList.contains('asked')) home();
    });
  };

  /* Escape ends what lies uppermost, one thing at a time. layers: [function () -> whether it ended one],
     the uppermost first. What has the focus and keys of its own (a search, a measurement) comes before. */
  S.escapes = function (layers) {
    document.addEventListener('keydown', function (event) {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (layers.some(function (ended) { return ended(); })) event.preventDefault();
    });
  };
})(window.SpotsMap);
