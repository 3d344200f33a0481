// Draws a tree of elements that no callback names, as one component of Dash: `ioc.Tree` (callbacks/parts/trees.py). Dash
// wraps each of its own components and asks all of them at every change of any; React only compares what a tree says.
(function () {
  'use strict';
  /** @param {any} node [tag, properties, child, …], text, a number, or null */
  function element(node) {
    if (!Array.isArray(node)) return node;
    return window.React.createElement(node[0], node[1], ...node.slice(2).map(element));
  }

  window.ioc = { Tree: function (props) { return element(props.tree); } };
})();
