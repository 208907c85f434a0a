/* A place as people type it: 32.68,131.15, full-width, the other way round, 北緯32度41分7秒 東経131度9分2秒,
   32°41'07"N 131°09'02"E. A place that is not in Japan is none. */
(function (S) {
  'use strict';
  var NUMBER = /(\d{1,3}(?:\.\d+)?)/.source, UNDER_SIXTY = /(\d{1,2}(?:\.\d+)?)/.source;
  var MINUTES = UNDER_SIXTY + /(?:[\u2032\u0027\u2019]|分)/.source, SECONDS = UNDER_SIXTY + /(?:[\u2033\u0022\u201d]|\u2032\u2032|\u0027\u0027|秒)/.source;
  var ANGLE = NUMBER + '(?:' + /(?:[°º]|度)/.source + '(?:' + MINUTES + '(?:' + SECONDS + ')?)?)?';
  var SIDE = /(?:(北緯|緯度|東経|経度|lat(?:itude)?|lon(?:gitude)?|lng|[ne])[:=]?)?/.source;
  /* N before its number, and N behind it: what stands between two numbers belongs to one of them. */
  var PAIRS = ['()', '([ne])?'].map(function (after) {
    return new RegExp('^\\(?' + SIDE + ANGLE + after + /[,、/;|]?/.source + SIDE + ANGLE + after + '\\)?$', 'i');
  });
  var SPACED = new RegExp('^' + NUMBER + '\\s+' + NUMBER + '$');

  function angle(degrees, minutes, seconds) {
    if (Number(minutes || 0) >= 60 || Number(seconds || 0) >= 60) return NaN;
    return Number(degrees) + Number(minutes || 0) / 60 + Number(seconds || 0) / 3600;
  }
  /* 1 north, 2 east, 0 unsaid, 3 both at once */
  function side(before, after) {
    var said = [before, after].filter(Boolean).map(function (word) { return /^(北緯|緯度|lat|n)/i.test(word) ? 1 : 2; });
    return said.length === 2 && said[0] !== said[1] ? 3 : said[0] || 0;
  }
  function latitude(value) { return value >= 20 && value <= 46.5; }
  function longitude(value) { return value >= 122 && value <= 154.5; }

  /* Two angles and the sides that are said of them: [first, second, side, side], or null. */
  function pair(plain) {
    var spaced = SPACED.exec(plain), tight = plain.replace(/\s+/g, ''), m;
    if (spaced) return [Number(spaced[1]), Number(spaced[2]), 0, 0];
    if (/^\(?\d+(\.\d+)?\)?$/.test(tight)) return null; // one number is not to be cut in two
    m = PAIRS[0].exec(tight) || PAIRS[1].exec(tight);
    return m && [angle(m[2], m[3], m[4]), angle(m[7], m[8], m[9]), side(m[1], m[5]), side(m[6], m[10])];
  }

  /* {lat, lon}, or null */
  S.degrees = function (text) {
    var plain = String(text).normalize('NFKC').trim(), said = plain.length > 80 ? null : pair(plain);
    if (!said) return null;
    var first = said[0], second = said[1], one = said[2], two = said[3];
    if (one === 3 || two === 3 || (one && one === two)) return null;
    if (one === 2 || two === 1 || (!one && !two && longitude(first))) return found(second, first);
    return found(first, second);
  };
  function found(lat, lon) { return latitude(lat) && longitude(lon) ? { lat: lat, lon: lon } : null; }
})(window.SpotsMap);
