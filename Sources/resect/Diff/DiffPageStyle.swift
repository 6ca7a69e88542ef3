// SPDX-License-Identifier: Apache-2.0

/// The style of the page, for light and for dark displays.
enum DiffPageStyle {
  static let css = """
    :root {
      --h0: #eef1f4; --h1: #fde8d3; --h2: #fcd2a6; --h3: #f9b572; --h4: #f19646; --h5: #df7524; --h6: #c05512;
      --h7: #963c0b; --h8: #642506; --bad: #7b2fb3;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --h0: #22272c; --h1: #3a2a1c; --h2: #55371c; --h3: #77481c; --h4: #9c5c1d; --h5: #c17426; --h6: #e0913f;
        --h7: #f3b26f; --h8: #ffd9ad; --bad: #b98be0;
      }
    }
    h3 { font-size: 0.85rem; font-weight: 500; margin: 0.75rem 0 0.25rem; color: var(--dim); }
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
    figcaption { font-size: 0.85rem; overflow-wrap: anywhere; }
    figure p { margin: 0; color: var(--dim); font-size: 0.8rem; }
    svg { width: 100%; height: 48px; border-bottom: 1px solid var(--line); }
    rect { fill: var(--bar); }
    """
}
