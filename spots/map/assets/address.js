/* The address bar: what is seen stands behind its #, so that a link shows the same, and back and
   forward lead from one answer to the next. What stands there is only ever compared with what the page
   knows: nothing of it is shown, parsed as HTML or run. */
(function (S) {
  'use strict';
  var LONGEST = 4000; // characters; more is nobody's view
  var LATE = 250; // milliseconds: browsers allow some hundred changes a minute

  function decoded(text) {
    try { return decodeURIComponent(text.replace(/\+/g, '%20')); } catch (problem) { return problem && null; }
  }
  function encoded(text) {
    return encodeURIComponent(text).replace(/%2F/g, '/').replace(/%2C/g, ',').replace(/%3A/g, ':');
  }

  /* {name: text}, without prototype: whatever stands there is no more than a name and a text */
  S.hash = function (text) {
    var found = Object.create(null);
    if (text.length > LONGEST) return found;
    text.replace(/^#/, '').split('&').forEach(function (part) {
      var cut = part.indexOf('='), name = decoded(cut < 0 ? '' : part.slice(0, cut)), value = decoded(part.slice(cut + 1));
      if (name && value !== null && !(name in found)) found[name] = value;
    });
    return found;
  };

  /* "9.25/32.65/130.75": {zoom, lat, lon}, or null where it is no view. */
  S.viewOf = function (text) {
    var m = /^(\d{1,2}(?:\.\d{1,2})?)\/(-?\d{1,2}(?:\.\d{1,7})?)\/(-?\d{1,3}(?:\.\d{1,7})?)$/.exec(text || '');
    var view = m && { zoom: Number(m[1]), lat: Number(m[2]), lon: Number(m[3]) };
    return view && view.zoom <= 18 && Math.abs(view.lat) <= 85 && Math.abs(view.lon) <= 180 ? view : null;
  };

  /* parts: [{name, read() -> text, '' for what the page opens with, take(text or null, all)}], in the order
     in which they are taken. */
  S.Address = function (map, parts) {
    var self = this;
    this.map = map;
    this.parts = parts;
    this.timer = null;
    this.busy = false;
    this.now = window.location.hash;
    ['popstate', 'hashchange'].forEach(function (name) {
      window.addEventListener(name, function () { self.take(); });
    });
    map.on('moveend', function () { self.later(); });
  };

  S.Address.prototype.text = function () {
    var said = this.parts.map(function (part) {
      var value = part.read();
      return value ? part.name + '=' + encoded(value) : '';
    }).filter(Boolean).join('&');
    return said ? '#' + said : '';
  };

  S.Address.prototype.later = function () {
    var self = this;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(function () { self.write(false); }, LATE);
  };

  /* push: a step to come back to */
  S.Address.prototype.write = function (push) {
    var text = this.text();
    window.clearTimeout(this.timer);
    if (this.busy || text === this.now || document.body.classList.contains('printing')) return;
    this.now = text;
    try {
      window.history[push ? 'pushState' : 'replaceState'](null, '', text || '#');
    } catch (problem) {
      // Some browsers keep files from their own history, and count the changes of others.
      if (problem && push) window.location.hash = text;
      else window.location.replace(text || '#');
    }
  };

  /* See what the address says, where that is something else than what is seen. */
  S.Address.prototype.take = function () {
    var text = window.location.hash.length > 1 ? window.location.hash : '', all;
    if (text === this.now) return;
    this.now = text;
    this.busy = true;
    all = S.hash(text);
    this.parts.forEach(function (part) { part.take(part.name in all ? all[part.name] : null, all); });
    this.busy = false;
  };

  /* The address of what is seen, to be sent on. */
  S.linked = function (ui) {
    var said = S.el('p', { 'class': 'link-said', role: 'status' }, []), field = S.el('input', { type: 'text', readonly: true, 'class': 'link-field', 'aria-label': ui.link });
    function take() {
      if (S.address) S.address.write(false);
      field.value = window.location.href;
    }
    S.linkNow = take;
    function copied(done) { said.textContent = done ? ui.linkCopied : ui.linkByHand; }
    field.addEventListener('focus', function () { take(); field.select(); });
    return S.el('div', { 'class': 'link-row' }, [field, S.el('button', {
      type: 'button', onclick: function () {
        take();
        field.select();
        if (window.navigator.clipboard) window.navigator.clipboard.writeText(field.value).then(function () { copied(true); }, function () { copied(document.execCommand('copy')); });
        else copied(document.execCommand('copy'));
      }
    }, [ui.linkCopy]), said]);
  };

  /* The part that says where the map stands; home: to the view that it opens with, which start() tells. */
  S.viewPart = function (map, home) {
    var start = null;
    function view() {
      var at = map.getCenter(), zoom = Math.round(map.getZoom() * 100) / 100;
      return zoom + '/' + at.lat.toFixed(5) + '/' + at.lng.toFixed(5);
    }
    return {
      name: 'map',
      start: function () { start = view(); },
      read: function () { return view() === start ? '' : view(); },
      take: function (text, all) {
        var to = S.viewOf(text);
        if (to) map.setView([to.lat, to.lon], to.zoom, { animate: false });
        else if (!all.select) home();
      }
    };
  };
})(window.SpotsMap);
