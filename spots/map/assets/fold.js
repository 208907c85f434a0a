/* Names as they are compared: what people spell in several ways becomes one. Used on both sides,
   on what is looked for and on what is looked through. */
(function (S) {
  'use strict';
  /* The first of a group stands for the rest. */
  var KANJI = ('沢澤 崎﨑嵜﨧 高髙 斉斎齋齊 辺邊邉 広廣 国國 桜櫻 浜濱濵 滝瀧 島嶋嶌 富冨 柳栁 徳德 恵惠 真眞 学學 医醫 ' +
    '会會 栄榮 円圓 竜龍 蔵藏 渋澁 静靜 宝寶 寿壽 条條 鉄鐵鐡 応應 済濟 県縣 区區 駅驛 豊豐 万萬 与與 礼禮 実實 ' +
    '桧檜 穂穗 弥彌 亜亞 為爲 芦蘆 籠篭 曽曾 塩鹽 関關 黒黑 吉𠮷 桑桒 団團 体體 旧舊 遠逺 巌巖 峰峯 岳嶽 丘坵 町甼 ' +
    '館舘 楠枏 郷鄕 緑綠 瀬瀨 諫諌 鯵鰺 葛葛 槙槇 尭堯 勇勈 児兒 検檢 総總 療疗').split(' ');
  var SMALL = 'ァアィイゥウェエォオッツャヤュユョヨヮワヵケヶケ';
  /* 関ヶ原, 関ケ原, 関が原 and 関ガ原; ヂ and ヅ sound like ジ and ズ. */
  var SAME = 'ガケヂジヅズヴブヲオ';
  var LONG = /[ーｰ\-‐‑‒–—―−－～〜~]/;
  var SKIPPED = /[\uFE00-\uFE0F\s\u00AD\u200B-\u200F\u2060・･.,，．、。'’"“”()（）「」『』【】[\]]/;
  var FIRMS = ['社会医療法人', '特定医療法人', '医療法人', '社会福祉法人', '特定非営利活動法人', '学校法人', '宗教法人', '地方独立行政法人', '国立大学法人',
    '独立行政法人', '一般社団法人', '公益社団法人', '社団法人', '一般財団法人', '公益財団法人', '財団法人', '株式会社', '有限会社', '合同会社',
    '生活協同組合', '恩賜財団', '社団', '財団'];
  var table = null, firms = null;

  function letters() {
    if (table) return table;
    table = {};
    KANJI.forEach(function (group) {
      var all = Array.from(group);
      all.slice(1).forEach(function (other) { if (other !== all[0]) table[other] = all[0]; });
    });
    [SMALL, SAME].forEach(function (pairs) {
      for (var i = 0; i < pairs.length; i += 2) table[pairs[i]] = pairs[i + 1];
    });
    return table;
  }

  function katakana(letter) {
    var code = letter.codePointAt(0);
    return code >= 0x3041 && code <= 0x3096 ? String.fromCodePoint(code + 0x60) : letter;
  }

  S.fold = function (text) {
    var known = letters(), out = [];
    Array.from(String(text).normalize('NFKC').toLowerCase()).forEach(function (typed) {
      var code = typed.codePointAt(0), sound, letter;
      if (LONG.test(typed) || SKIPPED.test(typed) || (code >= 0xE0100 && code <= 0xE01EF)) return;
      if (typed === '々' && out.length) { out.push(out[out.length - 1]); return; }
      sound = katakana(typed);
      letter = known[sound] || sound;
      out.push(known[letter] || letter);
    });
    return out.join('');
  };

  /* A folded name without the kind of corporation in front, or the name where nothing else is left. */
  S.bare = function (folded) {
    var rest = folded;
    firms = firms || FIRMS.map(S.fold);
    firms.forEach(function (firm) { rest = rest.split(firm).join(''); });
    return rest || folded;
  };

  /* An address as it is compared: without prefecture and county, 一丁目2番地3 as 1-2-3. */
  var NUMBERS = '〇一二三四五六七八九';
  function counted(kanji) {
    var tens = kanji.split('十');
    function digit(text, none) { return text === '' ? none : NUMBERS.indexOf(text); }
    return tens.length > 1 ? digit(tens[0], 1) * 10 + digit(tens[1], 0) : digit(kanji, 0);
  }
  S.place = function (text) {
    return String(text || '').normalize('NFKC').replace(/\s+/g, '')
      .replace(/(?:北海道|東京都|(?:京都|大阪)府|[^\s都道府県]{2,3}県)/g, '')
      .replace(/(^|[|])[^市区町村郡|]{1,5}郡/g, '$1')
      .replace(/[一二三四五六七八九十]{1,3}(?=丁目|番|号)/g, counted)
      .replace(/(\d)(?:丁目|番地の?|番|号|の)(?=\d)/g, '$1-').replace(/(\d)(?:丁目|番地|番|号)/g, '$1').replace(/大字|字(?=[^\d])/g, '');
  };

  /* What a name is found by; more: other words that may be typed beside it; kana: its reading. */
  S.needle = function (name, more, kana) {
    var full = S.fold(name), bare = S.bare(full);
    return { full: full, bare: bare, kana: S.bare(S.fold(kana || '')), all: bare + '|' + full + '|' + S.fold((more || []).join('|')) };
  };

  /* A question, ready to be asked of many names: how well each fits (0 best, -1 not at all). */
  S.question = function (text) {
    var full = S.fold(text), bare = S.bare(full), place = S.fold(S.place(text));
    var words = String(text).normalize('NFKC').split(/\s+/).map(S.fold).filter(Boolean);
    return function (needle) {
      if (!full) return -1;
      if (needle.full === full || needle.bare === bare || needle.kana === bare) return 0;
      if (needle.full.indexOf(full) === 0 || needle.bare.indexOf(bare) === 0 || needle.kana.indexOf(bare) === 0) return 1;
      if (needle.full.indexOf(full) > 0 || needle.bare.indexOf(bare) > 0 || needle.kana.indexOf(bare) > 0) return 2;
      if (words.every(function (word) { return needle.all.indexOf(word) >= 0; })) return 3;
      return place && needle.all.indexOf(place) >= 0 ? 4 : -1;
    };
  };
})(window.SpotsMap);
