/** The page's style sheet: light and dark, for wide screens and phones. The policy forbids style attributes. */

/** Colours of the categories: background, text, border; light, then dark. */
const CATEGORIES: Readonly<Record<string, readonly [string, string, string, string, string, string]>> = {
  product: ['#dbeafe', '#1e3a8a', '#93c5fd', '#1b3a73', '#dbeafe', '#3b6fc4'],
  commissioning: ['#ede9fe', '#4c1d95', '#c4b5fd', '#472c86', '#ede9fe', '#7c5bd0'],
  attestation: ['#fdeeb8', '#713f12', '#f0c94f', '#664713', '#fdf0c4', '#a97a22'],
  info: ['#d3f5e2', '#064e3b', '#7fdcb4', '#0c4f3e', '#d3f8e6', '#1f8f6f'],
  other: ['#e5e9ef', '#334155', '#b9c3d0', '#3a4657', '#e7edf5', '#64748b'],
  stray: ['#e5e9ef', '#475569', '#b9c3d0', '#303a47', '#cbd5e1', '#64748b'],
  app0: ['#fce4f0', '#831843', '#f3a6cc', '#6b1f48', '#fde6f2', '#b8447f'],
  app1: ['#ffe8d3', '#7c2d12', '#fbb67c', '#6d3315', '#ffead7', '#bb6127'],
  app2: ['#eaf8cd', '#365314', '#b7dd6c', '#3d5419', '#eefad6', '#6f9a28'],
  app3: ['#e2e6ff', '#312e81', '#aab2fa', '#34357f', '#e4e8ff', '#6369cf'],
  namespace: ['#334155', '#ffffff', '#334155', '#cbd5e1', '#0f172a', '#cbd5e1'],
  erased: ['#f0f1f3', '#4b5563', '#c5cad2', '#262d37', '#b6c0cc', '#434d5a'],
  damaged: ['#fee2e2', '#991b1b', '#f87171', '#6b1d1d', '#fee2e2', '#dc4c4c'],
  locked: ['#e2e4ea', '#1f2937', '#aab1bf', '#333b48', '#e5e9f0', '#5b6676'],
  free: ['#ffffff', '#5b6675', '#dfe3e9', '#12171f', '#8f9bab', '#2a323d'],
};

const colours = (dark: boolean) =>
  Object.entries(CATEGORIES)
    .map(([id, all]) => {
      const [background, text, border] = dark ? all.slice(3) : all;
      return `.c-${id}{background-color:${background};color:${text};border-color:${border}}`;
    })
    .join('\n');

export const STYLE = `
:root{--bg:#f4f6f9;--card:#fff;--ink:#17202c;--soft:#526071;--line:#dce2ea;--accent:#0b62c4;--hero:#0e1b2e;--hero-ink:#fff;--hero-soft:#b4c3d6;
--error:#b42318;--error-bg:#fef1f0;--warning:#8a5a00;--warning-bg:#fff7e0;--info:#0b62c4;--info-bg:#eef5fd;--ok:#0f7a4c;--ok-bg:#e8f7ef;--focus:#0b62c4;--written:#2f74d0;--gone:#a7b1bf;--track:#dfe5ec;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--card:#161c25;--ink:#e5ebf2;--soft:#9fadbd;--line:#2b3441;--accent:#79b5ff;--hero:#080c12;--hero-ink:#f2f6fb;--hero-soft:#9fb0c4;
--error:#ff9a90;--error-bg:#2d1614;--warning:#f2c25c;--warning-bg:#2b2210;--info:#8cc0ff;--info-bg:#12233a;--ok:#65d6a2;--ok-bg:#0f2a1f;--focus:#8cc0ff;--written:#5796ea;--gone:#6b7788;--track:#28313d}}
*{box-sizing:border-box}
html{scroll-padding-top:4.5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;overflow-wrap:anywhere}
.wrap{max-width:1200px;margin:0 auto;padding:0 24px}
h1,h2,h3,p,ul,dl,dd,figure{margin:0;padding:0}
ul{list-style:none}
a{color:var(--accent)}
code,.value,.detail-value,.manual{font-family:var(--mono);font-size:.92em}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:16px;top:-60px;z-index:20;background:var(--card);color:var(--accent);padding:10px 16px;border-radius:0 0 10px 10px}
.skip:focus{top:0}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
main:focus{outline:none}
[hidden]{display:none!important}

.hero{background:var(--hero);color:var(--hero-ink);padding:36px 0 32px;border-bottom:1px solid var(--line)}
.hero .wrap{display:flex;gap:32px;align-items:center;justify-content:space-between}
.hero-text{min-width:0;flex:1}
.file{font-family:var(--mono);font-size:13px;color:var(--hero-soft)}
h1{font-size:34px;line-height:1.2;letter-spacing:-.02em;font-weight:680;margin:4px 0 4px}
.headline{color:var(--hero-soft)}
.chips{display:flex;flex-wrap:wrap;gap:8px;margin-top:18px}
.chip{border:1px solid rgba(255,255,255,.2);background:rgba(255,255,255,.07);border-radius:999px;padding:3px 13px;font-size:13.5px}
.chip span{color:var(--hero-soft);margin-right:2px}
.chip a{color:inherit;text-decoration:none;font-weight:600}
.chip a:hover{text-decoration:underline}
.chip.ok{background:#0f6b45;border-color:#2aa873;color:#fff}
.chip.warning{background:#ffd978;border-color:#ffd978;color:#3d2a00}
.chip.error{background:#ffb4ac;border-color:#ffb4ac;color:#54100a}
.hero-fill{margin-top:18px;max-width:560px;font-size:13px;color:var(--hero-soft)}
.hero-fill .fill{height:8px}
.hero-fill .fill-free{fill:rgba(255,255,255,.16)}
.hero-fill .fill-written{fill:#6aa9ff}
.hero-fill .fill-erased{fill:#8d99a8}
.codes{flex:none;background:#fff;color:#111;border-radius:16px;padding:14px 14px 12px;text-align:center;width:208px}
.qr svg{display:block;width:100%;height:auto}
.codes figcaption{display:flex;flex-direction:column;gap:2px;font-size:12px;line-height:1.4}
.codes .manual{font-size:16px;font-weight:600;letter-spacing:.02em}

.bar{position:sticky;top:0;z-index:10;background:var(--card);border-bottom:1px solid var(--line)}
.bar .wrap{display:flex;gap:24px;align-items:center;justify-content:space-between;min-height:54px}
.bar ul{display:flex;gap:2px}
.bar nav{overflow-x:auto;scrollbar-width:none}
.bar nav a{display:block;padding:7px 11px;border-radius:8px;color:var(--ink);text-decoration:none;white-space:nowrap;font-weight:520}
.bar nav a:hover{background:var(--bg)}
.search{display:flex;align-items:center;gap:10px;flex:0 1 300px}
.search input{flex:1;min-width:0;font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:999px;padding:7px 15px}
.search input::placeholder{color:var(--soft);opacity:1}
#matches{font-size:13px;color:var(--soft);white-space:nowrap}

section{margin:34px 0}
h2{font-size:20px;letter-spacing:-.01em;margin-bottom:12px}
.hint,.note{color:var(--soft);font-size:14px}
.hint{margin:-6px 0 14px}
.note{margin-top:10px}
.card,.finding,.all-good,.page,.table-box,.detail-box,.cert,.blank{background:var(--card);border:1px solid var(--line);border-radius:12px}

.findings{display:grid;gap:10px}
.finding,.all-good{display:flex;gap:14px;padding:14px 16px}
.all-good{background:var(--ok-bg);border-color:transparent;align-items:center}
.finding>div{min-width:0}
.f-error{background:var(--error-bg);border-color:transparent}
.f-warning{background:var(--warning-bg);border-color:transparent}
.f-info{background:var(--info-bg);border-color:transparent}
.icon{flex:none;width:24px;height:24px;border-radius:50%;display:grid;place-items:center;font-weight:700;font-size:13px;color:var(--card)}
.icon.error{background:var(--error)}.icon.warning{background:var(--warning)}.icon.info{background:var(--info)}.icon.ok{background:var(--ok)}
.message{font-weight:600}
.help{margin-top:2px}
.meta{color:var(--soft);font-size:13px;margin-top:4px}
.meta span{margin-left:8px}

.cards{columns:2;column-gap:14px}
.card{padding:16px 18px;break-inside:avoid;margin-bottom:14px}
h3{font-size:15px;display:flex;align-items:center;gap:9px}
.swatch{display:inline-block;flex:none;width:14px;height:14px;border-radius:4px;border:2px solid}
dl>div{display:grid;grid-template-columns:minmax(0,13em) minmax(0,1fr);gap:2px 16px;padding:5px 0;border-top:1px solid var(--line)}
dl>div:first-child{border-top:0}
h3+dl{margin-top:8px}
dt{color:var(--soft);font-size:14px}
.card dl>div{grid-template-columns:minmax(0,11.5em) minmax(0,1fr) auto}
.card dd.k{color:var(--soft);font-size:12px;padding-top:2px}
.hidden-value{color:var(--soft);font-size:14px;font-style:italic}
.hidden-value>span{letter-spacing:1px;font-style:normal}
.values{display:grid;gap:2px}

.below{margin-left:13px;padding-left:25px;border-left:2px solid var(--line)}
.tree>li,.below>li{margin-top:10px;position:relative}
.below>li::before{content:"";position:absolute;left:-25px;top:23px;width:20px;border-top:2px solid var(--line)}
.below>li:last-child::after{content:"";position:absolute;left:-28px;top:25px;bottom:0;width:4px;background:var(--bg)}
.cert{padding:0 16px}
.cert summary,.cert.outside{min-height:46px;display:flex;flex-wrap:wrap;align-items:center;gap:4px 10px;cursor:pointer;list-style:none;padding:9px 0}
.cert.outside{cursor:default;padding:9px 16px;border-style:dashed;background:transparent;color:var(--soft)}
.cert summary::-webkit-details-marker{display:none}
.cert summary::after{content:"";margin-left:auto;width:8px;height:8px;border:solid var(--soft);border-width:0 2px 2px 0;transform:rotate(45deg) translate(-2px,-2px);flex:none}
.cert[open] summary::after{transform:rotate(225deg)}
.cert[open] summary{border-bottom:1px solid var(--line)}
.cert-name{font-weight:560}
.cert code{color:var(--soft)}
.cert dl{padding:6px 0 10px}
.role{font-size:12px;font-weight:700;border-radius:6px;padding:2px 8px;border:1px solid var(--line);background:var(--bg);color:var(--ink)}
.r-dac,.r-pai,.r-cd{background:var(--warning-bg);color:var(--warning);border-color:transparent}

.legend{display:flex;flex-wrap:wrap;gap:6px 18px;font-size:14px;margin-bottom:14px}
.legend li{display:flex;align-items:center;gap:7px}
.legend b{color:var(--soft);font-weight:500;font-variant-numeric:tabular-nums}
.map-and-detail{display:grid;grid-template-columns:minmax(0,1fr) 292px;gap:16px;align-items:start}
.pages{display:grid;gap:14px;min-width:0}
.page{padding:14px 16px 16px}
.page-head{display:flex;flex-wrap:wrap;justify-content:space-between;gap:2px 16px;align-items:baseline}
.numbers{color:var(--soft);font-size:13px;font-variant-numeric:tabular-nums}
.state{font-size:12px;font-weight:600;border-radius:6px;padding:1px 7px;background:var(--info-bg);color:var(--info)}
.s-corrupt{background:var(--error-bg);color:var(--error)}
.fill{display:block;width:100%;height:5px;border-radius:3px;margin:8px 0 12px}
.fill-free{fill:var(--track)}.fill-written{fill:var(--written)}.fill-erased{fill:var(--gone)}
.map{width:100%;table-layout:fixed;border-collapse:separate;border-spacing:0 3px}
.map .h{width:38px}
.map tbody th{font:500 11px/1 var(--mono);color:var(--soft);text-align:left;padding:0}
.e{height:34px;padding:0 5px;border:1px solid;border-width:1px 0;font:500 11.5px/1.1 var(--mono);cursor:pointer;overflow:hidden;position:relative;transition:opacity .15s}
.e.first{border-left-width:1px;border-top-left-radius:6px;border-bottom-left-radius:6px}
.e.last{border-right-width:1px;border-top-right-radius:6px;border-bottom-right-radius:6px;background-clip:border-box}
.e span{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.e.w1{padding:0 3px}
.e.w1 span{white-space:normal;word-break:break-all;font-size:9.5px;max-height:22px;text-overflow:clip}
.e.c-erased,.e.c-damaged,.swatch.c-erased,.swatch.c-damaged,.e.c-locked,.swatch.c-locked{background-image:repeating-linear-gradient(135deg,transparent 0 5px,rgba(120,130,145,.28) 5px 7px)}
.e.dim{opacity:.16}
.e.lit{box-shadow:inset 0 0 0 2px currentColor;z-index:1}
.e:focus-visible{outline:3px solid var(--focus);outline-offset:1px;z-index:2}
.blank{padding:10px 16px;color:var(--soft);border-style:dashed;background:transparent}
.blank b{color:var(--ink);font-weight:600;margin-right:6px}

.detail{position:sticky;top:70px}
.detail-box{padding:16px 18px;min-height:150px;max-height:calc(100vh - 90px);overflow:auto}
.detail-empty{color:var(--soft)}
.detail-title{font:650 17px/1.3 var(--mono)}
.detail-sub{color:var(--soft);font-size:14px;margin-bottom:8px}
.detail dl{margin-bottom:10px}
.detail dl>div{grid-template-columns:6.5em minmax(0,1fr)}
.detail dd{font-family:var(--mono);font-size:13px}
.detail-value{background:var(--bg);border-radius:8px;padding:8px 10px;max-height:240px;overflow:auto;white-space:pre-wrap;margin:0}
.detail-close{display:none}

.table-box{overflow-x:auto}
.entries{width:100%;border-collapse:collapse;font-size:14px}
.entries th{text-align:left;color:var(--soft);font-weight:600;font-size:13px;padding:11px 14px;border-bottom:1px solid var(--line);white-space:nowrap}
.entries td{padding:8px 14px;border-top:1px solid var(--line);vertical-align:top}
.entries tbody tr:first-child td{border-top:0}
.entries .n{text-align:right;font-variant-numeric:tabular-nums}
.entries td{overflow-wrap:break-word}
.entries td:last-child{overflow-wrap:anywhere}
.entries td:nth-child(5){white-space:nowrap;font-variant-numeric:tabular-nums}
.entries td .swatch{margin-right:8px;vertical-align:-1px}
.key{font:600 13.5px/1.5 var(--mono);color:var(--ink);background:none;border:0;padding:1px 0;cursor:pointer;text-align:left}
.key:hover{color:var(--accent);text-decoration:underline}
.label{display:block;color:var(--soft);font-size:13px;padding-left:25px}
.entries tr.lit td,.entries tr:hover td{background:var(--info-bg)}
.chosen td{background:var(--info-bg)}
footer{color:var(--soft);font-size:13px;padding-top:8px;padding-bottom:40px}
${colours(false)}
@media (prefers-color-scheme:dark){
${colours(true)}
}
@media (max-width:980px){
.map-and-detail{grid-template-columns:minmax(0,1fr)}
.detail{position:fixed;z-index:15;left:0;right:0;bottom:0;top:auto;display:none}
.detail.open{display:block}
.detail-box{border-radius:16px 16px 0 0;max-height:56vh;min-height:0;box-shadow:0 -8px 30px rgba(0,0,0,.28);padding:14px 16px 16px}
.detail-title{padding-right:80px}
.detail dl{margin-bottom:8px}
.detail dl>div{padding:3px 0!important}
.has-sheet{scroll-padding-bottom:58vh}
.detail-close{display:block;position:absolute;top:14px;right:16px;font:inherit;color:var(--ink);background:var(--bg);border:1px solid var(--line);border-radius:999px;padding:5px 14px;cursor:pointer}
}
@media (max-width:760px){
body{font-size:15px}
.wrap{padding:0 16px}
html{scroll-padding-top:7rem}
.hero{padding:24px 0}
.hero .wrap{flex-direction:column;align-items:stretch;gap:20px}
.codes{align-self:center}
h1{font-size:27px}
.bar .wrap{flex-direction:column;align-items:stretch;gap:6px;padding-top:6px;padding-bottom:10px}
.search{flex:none}
.cards{columns:1}
dl>div{grid-template-columns:minmax(0,1fr)}
.card dl>div{grid-template-columns:minmax(0,1fr) auto}.card dd.k{grid-row:1;grid-column:2}.card dd.v{grid-column:1/3}
.detail dl>div{grid-template-columns:6.5em minmax(0,1fr)}
.below{margin-left:6px;padding-left:14px}
.below>li::before{left:-14px;width:12px}
.below>li:last-child::after{left:-17px}
.page{padding:12px 10px}
.map .h{width:23px}
.map tbody th{font-size:9.5px}
.e{height:32px;padding:0 3px;font-size:10.5px}
.e.w1 span,.e.w2 span{display:none}
.entries thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.entries,.entries tbody{display:block}
.entries tr{display:flex;flex-wrap:wrap;gap:1px 12px;padding:10px 14px;border-top:1px solid var(--line)}
.entries tbody tr:first-child{border-top:0}
.entries td,.entries .n{overflow-wrap:anywhere;padding:0;border:0;text-align:left;white-space:normal;color:var(--soft);font-size:13px;order:2}
.entries td:first-child,.entries td:last-child{flex:1 0 100%;order:1;color:var(--ink);font-size:14px}
.entries td:first-child{order:0;display:flex;flex-wrap:wrap;align-items:baseline;gap:0 8px}
.entries td .swatch{margin-right:0;align-self:center}
.label{padding-left:0}
.key{padding:3px 0}
.bar nav a{padding:7px 8px;font-size:14px}
}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media (forced-colors:active){.e,.swatch{forced-color-adjust:none}}
@media print{.bar,.detail,.skip{display:none}.hero{background:#fff;color:#000}.map-and-detail{display:block}}
`;
