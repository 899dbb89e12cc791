/* Chart: a figure of Plotly's in the colours of the page; see components/charts.py. Plotly costs a visitor half a second
   and a third of what a page weighs, so it comes with the first chart that comes near the window. */
(() => {
  const { createElement, memo, useEffect, useRef } = window.React;
  const root = document.documentElement;
  const scheme = () => root.getAttribute("data-mantine-color-scheme") || "light";
  const template = () => JSON.parse(document.getElementById("chart-templates").dataset[scheme()]);
  const config = {
    displayModeBar: false,
    doubleClick: false,
    scrollZoom: false,
    responsive: true,
    topojsonURL: `${window.overtoneAssets}maps/`, // else from a server of Plotly's
  };

  let loading = null;
  const plotly = () => loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = `${window.overtoneAssets}plotly/plotly-geo.min.js`;
    script.onload = () => {
      done(window.Plotly);
      shown.forEach((draw) => draw()); // and those that it failed for before
    };
    script.onerror = () => {
      script.remove();
      loading = null; // the next chart tries again
      failed(new Error("Plotly did not load"));
    };
    document.head.append(script);
  });

  /* A link to a card of this page, and an address that ends in one: Dash goes to the top. */
  let arrived = false;
  const reveal = () => {
    arrived = true;
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  };
  addEventListener("_dashprivate_pushstate", () => setTimeout(reveal));

  const waiting = new Map(); // of those that are not drawn yet: how
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) waiting.get(target)?.();
  }, { rootMargin: "50%" });
  addEventListener("beforeprint", () => waiting.forEach((draw) => draw()));

  const shown = new Map(); // of those that are drawn: how to do it again
  new MutationObserver(() => shown.forEach((draw) => draw()))
    .observe(root, { attributes: true, attributeFilter: ["data-mantine-color-scheme"] });

  const Chart = ({ figure }) => {
    const place = useRef(null);
    useEffect(() => {
      const node = place.current;
      const draw = () => plotly().then((Plotly) => {
        if (shown.has(node)) Plotly.react(node, figure.data, { ...figure.layout, template: template() }, config);
      }, () => {}); // what it would show stands beside it, in words and as a table
      const begin = () => {
        near.unobserve(node);
        waiting.delete(node);
        shown.set(node, draw);
        draw();
      };
      waiting.set(node, begin);
      if (!arrived) reveal();
      near.observe(node);
      return () => {
        near.unobserve(node);
        waiting.delete(node);
        if (shown.delete(node)) window.Plotly?.purge(node);
      };
    }, [figure]);
    return createElement("div", { ref: place, style: { height: "100%" } });
  };

  window.overtone = { ...window.overtone, Chart: memo(Chart, (before, after) => before.figure === after.figure) };
})();
