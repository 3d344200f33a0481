// Outlines of vehicles' markers as path data, for drawings that hold many of them in one path.
(function () {
  'use strict';
  var COMMAND = /([MLHVAZ])([^MLHVAZ]*)/g, NUMBER = /-?[\d.]+/g, SIZES = { M: 2, L: 2, H: 1, V: 1, A: 7 };
  /** @type {Record<string, string>} */
  var known = {};

  // A marker's outline, to follow an "M" to its middle: turned clockwise by whole degrees, grown by a factor.
  /** @param {string} name @param {number} turned @param {number} grown @returns {string} */
  IOC.outline = function (name, turned, grown) {
    var key = name + ' ' + turned + ' ' + grown;
    if (known[key] === undefined) known[key] = outline(IOC.contract.MARKERS[name], turned * Math.PI / 180, grown);
    return known[key];
  };

  // Makes absolute commands relative, because the middle of each vehicle is elsewhere. Arcs are of circles.
  function outline(data, angle, grown) {
    var at = [0, 0], here = [0, 0], begun = { at: at, here: here };
    return data.replace(COMMAND, function (_, command, said) {
      if (command === 'Z') { at = begun.at; here = begun.here; return 'z'; }
      var numbers = said.match(NUMBER).map(Number), before = here, out = '';
      for (var i = 0; i < numbers.length; i += SIZES[command]) {
        var one = numbers.slice(i, i + SIZES[command]);
        at = command === 'H' ? [one[0], at[1]] : command === 'V' ? [at[0], one[0]] : one.slice(-2);
        before = here;
        here = turn(at, angle, grown);
        if (command === 'M') begun = { at: at, here: here };
        out += lead(command, one, grown) + short(here[0] - before[0]) + ' ' + short(here[1] - before[1]);
      }
      return out;
    });
  }
  // What stands before the end of a step.
  function lead(command, numbers, grown) {
    if (command === 'A') return 'a' + short(numbers[0] * grown) + ' ' + short(numbers[1] * grown) + ' 0 ' + numbers[3] + ' ' + numbers[4] + ' ';
    return command === 'M' ? 'm' : 'l';
  }
  function short(number) { return String(Math.round(10 * number) / 10); }
  function turn(point, angle, grown) {
    var cos = Math.cos(angle) * grown, sin = Math.sin(angle) * grown;
    return [point[0] * cos - point[1] * sin, point[0] * sin + point[1] * cos];
  }
})();
