/**
 * A script for a page: the visible texts with a contrast below that of WCAG 2.2, 1.4.3 (4.5, or 3 for large text), as
 * "ratio text". The background is the nearest opaque one, blended with the translucent ones above it.
 */
export const contrastFailures = `(() => {
  const parse = (text) => {
    const [r, g, b, a = 1] = (text.match(/[\\d.]+/g) || []).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) => {
    const mix = (x, y) => x * top.a + y * (1 - top.a);
    return { r: mix(top.r, below.r), g: mix(top.g, below.g), b: mix(top.b, below.b), a: 1 };
  };
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const backgroundOf = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const layer = parse(getComputedStyle(one).backgroundColor);
      layers.push(layer);
      if (layer.a === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
  };
  const failures = [];
  for (const element of document.body.querySelectorAll('*')) {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('').trim();
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const isSeen = box.width > 2 && box.height > 2 && style.visibility === 'visible' && !element.closest('script,style,.sr,.skip,[aria-hidden=true]');
    if (text === '' || !isSeen) continue;
    const background = backgroundOf(element);
    const [x, y] = [luminance(over(parse(style.color), background)), luminance(background)];
    const ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) failures.push(ratio.toFixed(2) + ' ' + text.slice(0, 40) + ' .' + element.className);
  }
  return [...new Set(failures)];
})()`;
