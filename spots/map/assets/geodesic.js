/* Lengths and areas on the GRS 80 ellipsoid. */
(function (S) {
  'use strict';
  var A = 6378137, F = 1 / 298.257222101, B = A * (1 - F), E2 = F * (2 - F), E = Math.sqrt(E2), RAD = Math.PI / 180;

  /* Metres between two places (degrees), by Vincenty's inverse formula: to a tenth of a millimetre
     anywhere but near the antipodes. */
  function distance(lat1, lon1, lat2, lon2) {
    var u1 = Math.atan((1 - F) * Math.tan(lat1 * RAD)), u2 = Math.atan((1 - F) * Math.tan(lat2 * RAD));
    var s1 = Math.sin(u1), c1 = Math.cos(u1), s2 = Math.sin(u2), c2 = Math.cos(u2);
    var l = (lon2 - lon1) * RAD, lambda = l, before, sinS, cosS, sigma, cos2A, cosM, rounds = 0;
    do {
      var sinL = Math.sin(lambda), cosL = Math.cos(lambda), x = c2 * sinL, y = c1 * s2 - s1 * c2 * cosL;
      sinS = Math.sqrt(x * x + y * y);
      if (sinS === 0) return 0;
      cosS = s1 * s2 + c1 * c2 * cosL;
      sigma = Math.atan2(sinS, cosS);
      var sinA = c1 * c2 * sinL / sinS;
      cos2A = 1 - sinA * sinA;
      cosM = cos2A ? cosS - 2 * s1 * s2 / cos2A : 0;
      var c = F / 16 * cos2A * (4 + F * (4 - 3 * cos2A));
      before = lambda;
      lambda = l + (1 - c) * F * sinA * (sigma + c * sinS * (cosM + c * cosS * (2 * cosM * cosM - 1)));
      rounds += 1;
    } while (Math.abs(lambda - before) > 1e-12 && rounds < 100);
    var k = cos2A * (A * A - B * B) / (B * B);
    var a = 1 + k / 16384 * (4096 + k * (-768 + k * (320 - 175 * k))), b = k / 1024 * (256 + k * (-128 + k * (74 - 47 * k)));
    var d = b * sinS * (cosM + b / 4 * (cosS * (2 * cosM * cosM - 1) - b / 6 * cosM * (4 * sinS * sinS - 3) * (4 * cosM * cosM - 3)));
    return B * a * (sigma - d);
  }

  /* Area between the equator and a latitude, as a share: its sine on the sphere of equal area. */
  function q(lat) {
    var s = Math.sin(lat * RAD);
    return (1 - E2) * (s / (1 - E2 * s * s) - Math.log((1 - E * s) / (1 + E * s)) / (2 * E));
  }

  /* Square metres of a ring of [lat, lon], open or closed, by the spherical excess on the sphere of
     equal area: 1e-5 of the area for sides up to 50 km. */
  function area(points) {
    var pole = q(90), total = 0;
    var half = points.map(function (p) { return Math.tan(Math.asin(Math.max(-1, Math.min(1, q(p[0]) / pole))) / 2); });
    points.forEach(function (p, i) {
      var next = (i + 1) % points.length, t = half[i], u = half[next];
      total += 2 * Math.atan2(Math.tan((points[next][1] - p[1]) * RAD / 2) * (t + u), 1 + t * u);
    });
    return Math.abs(total) * A * A * pole / 2;
  }

  function length(points) {
    return points.reduce(function (sum, p, i) {
      return i ? sum + distance(points[i - 1][0], points[i - 1][1], p[0], p[1]) : 0;
    }, 0);
  }

  /* Metres east and north of a place, true near the middle between the two. */
  function offset(lat0, lon0, lat, lon) {
    var s = Math.sin((lat0 + lat) / 2 * RAD), w = 1 - E2 * s * s, n = A / Math.sqrt(w);
    return [(lon - lon0) * RAD * n * Math.sqrt(1 - s * s), (lat - lat0) * RAD * n * (1 - E2) / w];
  }

  /* The point of a ring of [lat, lon] nearest to a place; wanted(i) picks sides, of which the i-th
     ends at point i. Gives {metres, lat, lon, side} or null. */
  function nearest(lat, lon, ring, wanted) {
    var best = null, least = Infinity;
    var flat = ring.map(function (p) { return offset(lat, lon, p[0], p[1]); });
    for (var i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      if (wanted && !wanted(i)) continue;
      var a = flat[j], b = flat[i], dx = b[0] - a[0], dy = b[1] - a[1], size = dx * dx + dy * dy;
      var t = size ? Math.max(0, Math.min(1, -(a[0] * dx + a[1] * dy) / size)) : 0;
      var x = a[0] + t * dx, y = a[1] + t * dy, d = x * x + y * y;
      if (d < least) {
        least = d;
        best = { lat: ring[j][0] + t * (ring[i][0] - ring[j][0]), lon: ring[j][1] + t * (ring[i][1] - ring[j][1]), side: i };
      }
    }
    if (best) best.metres = distance(lat, lon, best.lat, best.lon);
    return best;
  }

  S.geodesic = { distance: distance, area: area, length: length, nearest: nearest, offset: offset };
})(window.SpotsMap);
