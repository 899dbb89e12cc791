/* Still: what of a page only stands there, drawn at once; see components/still.py. */
(() => {
  const { createElement, memo } = window.React;

  /* As a link of Dash: the address changes, the page stays. */
  const follow = (event) => {
    const { href, target } = event.currentTarget;
    if (event.metaKey || event.shiftKey || event.altKey || event.ctrlKey || (target && target !== "_self")) return;
    event.preventDefault();
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  };
  const instead = (fallback) => (event) => {
    if (event.currentTarget.getAttribute("src") !== fallback) event.currentTarget.src = fallback;
  };

  const draw = (node) => {
    if (Array.isArray(node)) return node.map(draw);
    if (node === null || typeof node !== "object") return node;
    const { children, attributes, fallbackSrc, ...props } = node.props;
    if (props.href) props.href = window.dash_clientside.clean_url(props.href);
    if (node.type === "Image") {
      return createElement("img", { ...props, ...attributes?.root, onError: fallbackSrc && instead(fallbackSrc) });
    }
    if (node.type === "Chart") return createElement(window.overtone.Chart, props);
    if (node.type === "Link") return createElement("a", { ...props, onClick: follow }, draw(children) ?? props.href);
    const inside = draw(children);
    return createElement(node.type.toLowerCase(), props, ...(Array.isArray(inside) ? inside : [inside]));
  };

  const Still = ({ tree }) => createElement(window.React.Fragment, null, ...[draw(tree)].flat());
  const same = (before, after) => before.tree === after.tree;
  window.overtone = { ...window.overtone, Still: memo(Still, same) };
})();
