// SPDX-License-Identifier: Apache-2.0

/// The style of the page, for light and for dark displays.
enum DiffPageStyle {
  static let css = """
    :root {
      color-scheme: light dark;
      --ground: #ffffff; --ink: #1c2024; --dim: #5c6670; --line: #d8dee4; --bar: #2f6fb3;
      --h0: #eef1f4; --h1: #fde8d3; --h2: #fcd2a6; --h3: #f9b572; --h4: #f19646; --h5: #df7524; --h6: #c05512;
      --h7: #963c0b; --h8: #642506; --bad: #7b2fb3;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #14171a; --ink: #e6e9ec; --dim: #9aa4ae; --line: #333a41; --bar: #6ea8e0;
        --h0: #22272c; --h1: #3a2a1c; --h2: #55371c; --h3: #77481c; --h4: #9c5c1d; --h5: #c17426; --h6: #e0913f;
        --h7: #f3b26f; --h8: #ffd9ad; --bad: #b98be0;
      }
    }
    body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
    main { max-width: 75rem; margin: 0 auto; padding: 1.5rem; }
    h1 { font-size: 1.3rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.05rem; margin: 2rem 0 0.5rem; }
    h3 { font-size: 0.85rem; font-weight: 500; margin: 0.75rem 0 0.25rem; color: var(--dim); }
    pre { overflow-x: auto; color: var(--dim); }
    .verdict { font-weight: 600; }
    .strip { display: flex; flex-wrap: wrap; gap: 2px; }
    .strip span { width: 14px; height: 28px; border-radius: 2px; }
    .legend { color: var(--dim); font-size: 0.85rem; }
    .legend span { display: inline-block; width: 12px; height: 12px; margin: 0 4px 0 8px; border-radius: 2px; }
    .h0 { background: var(--h0); } .h1 { background: var(--h1); } .h2 { background: var(--h2); }
    .h3 { background: var(--h3); } .h4 { background: var(--h4); } .h5 { background: var(--h5); }
    .h6 { background: var(--h6); } .h7 { background: var(--h7); } .h8 { background: var(--h8); }
    .none { background: var(--bad); }
    .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1rem; }
    figure { margin: 0; }
    figcaption { font-size: 0.85rem; overflow-wrap: anywhere; }
    figure p { margin: 0; color: var(--dim); font-size: 0.8rem; }
    svg { width: 100%; height: 48px; border-bottom: 1px solid var(--line); }
    rect { fill: var(--bar); }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
    th, td { text-align: left; padding: 0.25rem 0.8rem 0.25rem 0; border-bottom: 1px solid var(--line);
      white-space: nowrap; }
    th { color: var(--dim); font-weight: 500; }
    """
}
