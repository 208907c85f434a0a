/* What is known of a place: municipality, medical area, spots that hold it, the nearest hospital.
   Spots are decided by the distance to the facility; polygons only say what was cut away. */
(function (S) {
  'use strict';
  var ROUNDING = 2; // metres: corners of packed shapes lie on a net of 1e-5 degree
  var CHORD = 1e-4; // of the radius: how far a chord of a drawn circle may lie inside the arc
  var COAST = 500; // metres off the shore that are still taken for the nearest municipality
  var NOWHERE = 0xFFFF;

  function numbers(text) {
    var bytes = window.atob(text), out = new Uint16Array(bytes.length / 2);
    for (var i = 0; i < out.length; i += 1) out[i] = bytes.charCodeAt(2 * i) + 256 * bytes.charCodeAt(2 * i + 1);
    return out;
  }

  function box(polygons) {
    return L.latLngBounds([].concat.apply([], polygons.map(function (rings) { return rings[0]; })));
  }

  S.Places = function (data) {
    this.data = data;
    this.near = data.outlines_off_m + ROUNDING;
    this.byId = {};
    data.facilities.forEach(function (f) { this.byId[f.id] = f; }, this);
    var grid = data.grid;
    this.grid = grid;
    this.tenths = grid && numbers(grid.tenths);
    this.hospital = grid && numbers(grid.nearest);
  };

  /* Shapes are unpacked at the first question, not when the page opens. */
  S.Places.prototype.regions = function () {
    if (!this.towns) {
      this.towns = this.data.municipalities.map(function (m) {
        var polygons = S.polygons(m.shape);
        return { region: m, polygons: polygons, bounds: box(polygons) };
      });
    }
    return this.towns;
  };

  S.Places.prototype.spots = function () {
    if (!this.discs) this.discs = this.data.facilities.filter(function (f) { return f.spot && f.spot.length; }).map(disc, this);
    return this.discs;
  };

  /* For whoever lays other spots over the page. */
  S.Places.prototype.renew = function () { this.discs = null; };

  function disc(f) {
    var radius = this.data.radius_m, slack = radius * CHORD + ROUNDING, polygons = S.polygons(f.spot);
    function off(lat, lon) { return Math.abs(S.geodesic.distance(f.lat, f.lon, lat, lon) - radius); }
    var rings = [].concat.apply([], polygons).map(function (ring) {
      var onArc = ring.map(function (p) { return off(p[0], p[1]) <= ROUNDING; });
      return {
        ring: ring,
        arc: ring.map(function (p, i) {
          var j = (i || ring.length) - 1, q = ring[j];
          return onArc[i] && onArc[j] && off((p[0] + q[0]) / 2, (p[1] + q[1]) / 2) <= slack;
        })
      };
    });
    return { f: f, polygons: polygons, rings: rings, radius: radius, slack: slack };
  }

  /* The nearest side of a spot: of all, or of those that a cut made. */
  function side(spot, lat, lon, cuts) {
    var best = null;
    spot.rings.forEach(function (r) {
      var found = S.geodesic.nearest(lat, lon, r.ring, cuts ? function (i) { return !r.arc[i]; } : null);
      if (found && (!best || found.metres < best.metres)) best = { metres: found.metres, arc: r.arc[found.side] };
    });
    return best;
  }

  /* {f, inside, distance to the facility, edge: metres to the spot's edge} */
  function standing(spot, lat, lon, distance) {
    var gap = distance - spot.radius, inside = false, edge;
    if (gap <= 0) {
      inside = S.inside(spot.polygons, lat, lon);
      if (!inside) { // between chord and arc a place lies in no polygon: is an arc the nearest side?
        var any = side(spot, lat, lon, false);
        inside = any !== null && any.arc && any.metres <= spot.slack;
      }
    }
    if (inside) {
      var cut = side(spot, lat, lon, true);
      edge = cut ? Math.min(-gap, cut.metres) : -gap;
    } else {
      var next = side(spot, lat, lon, false);
      edge = next.arc && gap > 0 && next.metres - gap <= spot.slack ? gap : next.metres;
    }
    return { f: spot.f, inside: inside, distance: distance, edge: edge };
  }

  /* Spots that hold the place, nearest facility first, and the nearest one that does not. */
  S.Places.prototype.circles = function (lat, lon) {
    var inside = [], outside = null;
    this.spots().map(function (spot) {
      var metres = S.geodesic.distance(lat, lon, spot.f.lat, spot.f.lon);
      return { spot: spot, metres: metres, gap: metres - spot.radius };
    }).sort(function (a, b) { return a.gap - b.gap; }).forEach(function (one) {
      if (outside && one.gap > outside.edge) return; // no point of it is nearer than its whole disc
      var found = standing(one.spot, lat, lon, one.metres);
      if (found.inside) inside.push(found);
      else if (!outside || found.edge < outside.edge) outside = found;
    });
    return { inside: inside, nearest: outside };
  };

  function metresTo(town, lat, lon) {
    return town.polygons.reduce(function (least, rings) {
      return rings.reduce(function (best, ring) {
        return Math.min(best, S.geodesic.nearest(lat, lon, ring).metres);
      }, least);
    }, Infinity);
  }

  /* {region or null, others: regions whose drawn border is as near as it may be off, offshore} */
  S.Places.prototype.municipality = function (lat, lon) {
    var near = this.near, home = null, around = [], reach = COAST / 80000; // degrees, more than enough
    this.regions().forEach(function (town) {
      if (!town.bounds.pad(0.001).contains([lat, lon]) && !L.latLngBounds([lat - reach, lon - reach], [lat + reach, lon + reach]).intersects(town.bounds)) return;
      if (!home && S.inside(town.polygons, lat, lon)) home = town;
      else around.push({ region: town.region, metres: metresTo(town, lat, lon) });
    });
    around.sort(function (a, b) { return a.metres - b.metres; });
    if (home) {
      return {
        region: home.region, offshore: 0,
        others: around.filter(function (a) { return a.metres <= near; }).map(function (a) { return a.region; })
      };
    }
    var first = around[0] && around[0].metres <= COAST ? around[0] : null;
    return { region: first && first.region, offshore: first ? first.metres : 0, others: [] };
  };

  S.Places.prototype.area = function (region) {
    if (!region || !region.area) return null;
    return this.data.areas.filter(function (a) { return a.code === region.area; })[0] || null;
  };

  function closest(list, lat, lon) {
    return list.filter(function (f) { return f && f.lon !== null; }).reduce(function (best, f) {
      var metres = S.geodesic.distance(lat, lon, f.lat, f.lon);
      return !best || metres < best.metres ? { f: f, metres: metres } : best;
    }, null);
  }

  /* The nearest hospital: {f, minutes (whole, cut off) or null, metres in a straight line, why}.
     why: "", "grid" (not recorded), "range" (outside of it), "road" (no road). */
  S.Places.prototype.nearestHospital = function (lat, lon) {
    var grid = this.grid, byId = this.byId, why = 'grid';
    var all = grid ? grid.hospitals.map(function (id) { return byId[id]; }) : this.data.facilities.filter(function (f) { return f.hospital; });
    if (grid) {
      var column = Math.floor((lon - grid.west) / grid.step_lon), row = Math.floor((grid.north - lat) / grid.step_lat);
      why = 'range';
      if (column >= 0 && row >= 0 && column < grid.columns && row < grid.rows) {
        var cell = row * grid.columns + column, f = byId[grid.hospitals[this.hospital[cell]]];
        why = 'road';
        if (this.tenths[cell] !== NOWHERE && f) {
          return {
            f: f, minutes: Math.floor(this.tenths[cell] / 10), why: '',
            metres: f.lon === null ? null : S.geodesic.distance(lat, lon, f.lat, f.lon)
          };
        }
      }
    }
    var found = closest(all, lat, lon);
    return { f: found && found.f, minutes: null, metres: found && found.metres, why: why };
  };

  S.Places.prototype.at = function (lat, lon) {
    var town = this.municipality(lat, lon);
    return { lat: lat, lon: lon, town: town, area: this.area(town.region), circles: this.circles(lat, lon), hospital: this.nearestHospital(lat, lon) };
  };
})(window.SpotsMap);
