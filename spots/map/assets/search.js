/* The search: facilities, municipalities and medical areas by any part of a name, its reading or an
   address, the facilities of a criterion by its mark, and places by their coordinates. */
(function (S) {
  'use strict';
  var MOST = 40;

  function index(data, cities) {
    var all = [];
    function regions(list, kind) {
      list.forEach(function (r) { all.push({ kind: kind, region: r, name: r.name, needle: S.needle(r.name, [r.note]), rank: kind === 'area' ? 1 : 0 }); });
    }
    regions(cities.filter(function (city) { return city.wards.length > 1; }), 'city');
    regions(data.municipalities, 'town');
    regions(data.areas, 'area');
    data.facilities.forEach(function (f) {
      all.push({ kind: 'facility', f: f, name: f.name, needle: S.needle(f.name, [f.entry.municipality, S.place(f.entry.address), f.entry.aka, f.entry.kana], f.entry.kana), rank: f.state === 'designated' ? 2 : 3 });
    });
    (data.units || []).forEach(function (u) {
      all.push({ kind: 'unit', unit: u, name: u.name, needle: S.needle(u.name, [u.municipality, u.result]), rank: u.designated ? 2 : 3 });
    });
    return all;
  }

  /* "③", or "③ 山都": facilities that meet the criterion, by what else is typed. */
  function marked(data, text) {
    var found = data.criteria.filter(function (c) { return text.indexOf(c.mark) >= 0; });
    return { marks: found.map(function (c) { return c.mark; }), rest: found.reduce(function (t, c) { return t.split(c.mark).join(' '); }, text).trim() };
  }

  function look(data, all, text) {
    var asked = marked(data, text), place = S.degrees(text), fits = S.question(asked.marks.length ? asked.rest : text), hits;
    if (place) return [{ kind: 'place', place: place }];
    if (asked.marks.length) {
      hits = all.filter(function (item) { return item.f && asked.marks.every(function (mark) { return item.f.marks.indexOf(mark) >= 0; }); });
      if (!S.fold(asked.rest)) return hits.sort(function (a, b) { return a.rank - b.rank; });
      return sorted(hits, fits);
    }
    return sorted(all, fits);
  }

  function sorted(all, fits) {
    return all.map(function (item, place) { return { item: item, fit: fits(item.needle), place: place }; })
      .filter(function (hit) { return hit.fit >= 0; })
      .sort(function (a, b) { return a.fit - b.fit || a.item.rank - b.item.rank || a.place - b.place; })
      .map(function (hit) { return hit.item; });
  }

  function row(item, ui) {
    if (item.kind === 'facility') {
      var f = item.f;
      return [
        S.symbolOf(f),
        S.el('span', { 'class': 'hit-name' }, [f.name, S.el('small', {}, [[f.entry.municipality, f.card.badge, f.lon === null ? ui.noPlace : ''].filter(Boolean).join(ui.dot)])])
      ];
    }
    if (item.kind === 'unit') {
      var u = item.unit;
      return [S.swatch(u.swatch), S.el('span', { 'class': 'hit-name' }, [u.name, S.el('small', {}, [[u.kind, u.municipality === u.name ? '' : u.municipality, u.result, u.state].filter(Boolean).join(ui.dot)])])];
    }
    if (item.kind === 'place') {
      return [S.icon('M10,1.5 V6 M10,14 V18.5 M1.5,10 H6 M14,10 H18.5 M10,5.5 A4.5,4.5 0 1 1 9.99,5.5'), S.el('span', { 'class': 'hit-name' }, [
        ui.place, S.el('small', {}, [ui.latlon.replace('{lat}', item.place.lat.toFixed(5)).replace('{lon}', item.place.lon.toFixed(5))])
      ])];
    }
    var kind = item.kind === 'area' ? ui.kindArea : ui.kindTown;
    return [
      S.swatch(item.kind === 'area' ? item.region.keys[0] : 'municipality'),
      S.el('span', { 'class': 'hit-name' }, [item.name, S.el('small', {}, [[kind].concat(item.region.note.split('\n')).filter(function (t) { return t && t !== item.name; }).join(ui.dot)])])
    ];
  }

  function Search(app) {
    var ui = app.data.ui, self = this;
    this.app = app;
    this.hits = [];
    this.at = -1;
    this.input = S.el('input', {
      type: 'search', id: 'search', 'class': 'search-input', role: 'combobox', autocomplete: 'off', spellcheck: 'false', maxlength: 100,
      'aria-expanded': 'false', 'aria-controls': 'search-hits', 'aria-autocomplete': 'list', 'aria-label': ui.search, 'aria-keyshortcuts': '/', placeholder: window.innerWidth > 700 ? ui.searchHint : ui.searchShort, enterkeyhint: 'search'
    });
    this.list = S.el('ul', { id: 'search-hits', 'class': 'hits', role: 'listbox', 'aria-label': ui.hits, hidden: true });
    this.count = S.el('p', { 'class': 'unseen', role: 'status' });
    this.box = S.el('div', { 'class': 'search', role: 'search' }, [this.input, S.icon('M13,13 L18,18 M8.2,2.5 A5.7,5.7 0 1 0 8.21,2.5'), this.list, this.count]);
    this.input.addEventListener('input', function () { self.ask(); });
    this.input.addEventListener('focus', function () { if (self.input.value) self.ask(); });
    this.input.addEventListener('keydown', function (event) { self.key(event); });
    this.box.addEventListener('focusout', function (event) { if (!self.box.contains(event.relatedTarget)) self.close(); });
    // A press must not take the focus from the box before the click arrives.
    this.list.addEventListener('mousedown', function (event) { event.preventDefault(); });
  }

  Search.prototype.ask = function () {
    var ui = this.app.data.ui, self = this, text = this.input.value;
    this.all = this.all || index(this.app.data, this.app.cities);
    this.hits = look(this.app.data, this.all, text);
    S.clear(this.list);
    if (!S.fold(text)) { this.close(); return; }
    this.hits.slice(0, MOST).forEach(function (item, place) {
      var option = S.el('li', { id: 'hit-' + place, role: 'option', 'aria-selected': 'false', 'class': 'hit' }, row(item, ui));
      option.addEventListener('click', function () { self.take(item); });
      self.list.appendChild(option);
    });
    var said = this.hits.length ? ui.found.replace('{n}', String(this.hits.length)) : ui.noHits;
    if (!this.hits.length) this.list.appendChild(S.el('li', { 'class': 'hit-none', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, [said]));
    if (this.hits.length > MOST) this.list.appendChild(S.el('li', { 'class': 'hit-none', role: 'presentation' }, [ui.moreHits.replace('{n}', String(this.hits.length - MOST))]));
    this.count.textContent = said;
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    this.mark(this.hits.length ? 0 : -1);
  };

  Search.prototype.mark = function (at) {
    var options = this.list.querySelectorAll('.hit');
    this.at = at;
    options.forEach(function (option, place) { option.setAttribute('aria-selected', String(place === at)); });
    if (at < 0 || !options.length) { this.input.removeAttribute('aria-activedescendant'); return; }
    this.input.setAttribute('aria-activedescendant', 'hit-' + at);
    options[at].scrollIntoView({ block: 'nearest' });
  };

  Search.prototype.close = function () {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
    this.at = -1;
  };

  Search.prototype.key = function (event) {
    if (event.isComposing || event.keyCode === 229) return; // the keys belong to the kana converter
    var last = Math.min(this.hits.length, MOST) - 1, open = !this.list.hidden;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) { this.ask(); return; }
      if (last >= 0) this.mark(event.key === 'ArrowDown' ? (this.at >= last ? 0 : this.at + 1) : (this.at <= 0 ? last : this.at - 1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (!open) this.ask();
      else if (this.at >= 0) this.take(this.hits[this.at]);
    } else if (event.key === 'Escape') {
      if (!open && this.app.why.asked) return; // the answer lies above what was typed
      event.preventDefault();
      if (open) this.close();
      else if (this.input.value) this.input.value = '';
      else this.input.blur();
    }
  };

  Search.prototype.take = function (item) {
    this.close();
    if (item.kind === 'place') this.app.inspector.open(L.latLng(item.place.lat, item.place.lon), this.input);
    else if (item.kind === 'facility') this.app.show.facility(item.f, this.input);
    else if (item.kind === 'unit') this.app.units.show(item.unit, this.input);
    else this.app.show.region(item.region, item.kind, this.input);
  };

  S.features.push(function (app) {
    var search = new Search(app);
    app.tools.appendChild(search.box);
    document.addEventListener('keydown', function (event) {
      var target = event.target, typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio)$/.test(target.type);
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      search.input.focus();
      search.input.select();
    });
  });
})(window.SpotsMap);
