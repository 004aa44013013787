/// The style sheet of every page: one column, quiet lines, light and dark.
enum HTMLStyle {
    static let sheet = """
        :root { color-scheme: light dark;
          --page: #fbfaf7; --card: #ffffff; --text: #23262b; --quiet: #646a73; --line: #e3e1da; --soft: #f1efe9;
          --good: #00704f; --open: #8a5a00; --link: #00598c;
          --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #b0568f; --c4: #b87700; --c5: #2f8fc4; --faint: #c3c1ba; }
        @media (prefers-color-scheme: dark) { :root {
          --page: #16181b; --card: #1e2125; --text: #e4e3df; --quiet: #9da3ab; --line: #34383e; --soft: #24282d;
          --good: #4cc79d; --open: #e8b04a; --link: #7cc4f0;
          --c0: #56b4e9; --c1: #f0803c; --c2: #2fc496; --c3: #dd8fbd; --c4: #e69f00; --c5: #9fd4f3; --faint: #565b62; } }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--page); color: var(--text);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 824px; margin: 0 auto; padding: 40px 40px 64px; }
        h1, h2, h3, .answer { line-height: 1.25; font-weight: 600; overflow-wrap: anywhere; }
        h1 { font-size: 2rem; margin: 0; letter-spacing: -.01em; }
        h2 { font-size: 1.25rem; margin: 0 0 .5rem; }
        h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
        p { margin: 0 0 .8rem; max-width: 68ch; overflow-wrap: anywhere; }
        a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; }
        code { font: .9em ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace; background: var(--soft);
          border-radius: 4px; padding: .08em .32em; overflow-wrap: anywhere; }
        section { margin-top: 48px; }
        .eyebrow { margin: 0 0 4px; font-size: .8rem; letter-spacing: .06em; color: var(--quiet); }
        .subtitle { margin: 6px 0 0; color: var(--quiet); }
        .chip { display: inline-block; vertical-align: middle; margin-left: 6px; padding: 1px 10px; border: 1px solid var(--line);
          border-radius: 99px; font-size: .8rem; font-weight: 500; letter-spacing: 0; color: var(--quiet); }
        .chip.live { color: var(--open); border-color: currentColor; }
        .stamp { margin: 14px 0 0; padding: 8px 14px; max-width: none; border-left: 3px solid var(--open);
          background: var(--soft); border-radius: 0 6px 6px 0; }
        .verdict { margin-top: 28px; }
        .quiet { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .findings { display: grid; grid-template-columns: 1fr 1fr; gap: 1px; background: var(--line);
          border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
        .finding { background: var(--card); padding: 18px 22px 12px; }
        .finding:first-child, .finding:last-child:nth-child(even) { grid-column: 1 / -1; }
        .finding:first-child:last-child { grid-column: 1 / -1; }
        .finding h3 { margin: 0 0 4px; font-size: .8rem; font-weight: 500; color: var(--quiet); }
        .finding p { font-size: .94rem; color: var(--quiet); margin-bottom: .5rem; }
        .finding p.answer { font-size: 1.12rem; color: var(--text); }
        .finding:first-child p.answer { font-size: 1.5rem; }
        .finding.good p.answer { color: var(--good); }
        .finding.open p.answer { color: var(--open); }
        nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 22px 0 0; padding: 0; font-size: .9rem; }
        nav a { text-decoration: none; }
        nav a:hover { text-decoration: underline; }
        figure { margin: 20px 0 26px; min-width: 0; }
        figcaption { font-size: .9rem; color: var(--quiet); margin-bottom: 8px; max-width: 76ch; }
        figcaption strong { color: var(--text); font-weight: 600; }
        .beside { display: grid; grid-template-columns: 1fr 1fr; gap: 0 28px; }
        .beside figure { display: grid; grid-template-rows: subgrid; grid-row: span 4; align-content: start; }
        .beside .plot { align-self: end; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 0 0 6px; padding: 0; font-size: .82rem;
          color: var(--quiet); }
        .legend svg { width: 24px; height: 12px; margin-right: 6px; vertical-align: -1px; }
        /* A shadow at the edge beyond which there is more: the covers scroll with the table, the shadows do not. */
        .scroll { overflow-x: auto; margin: 10px 0 18px;
          background: linear-gradient(to right, var(--page) 40%, transparent) 0 0 / 36px 100% no-repeat local,
            linear-gradient(to left, var(--page) 40%, transparent) 100% 0 / 36px 100% no-repeat local,
            linear-gradient(to right, var(--faint), transparent) 0 0 / 10px 100% no-repeat scroll,
            linear-gradient(to left, var(--faint), transparent) 100% 0 / 10px 100% no-repeat scroll; }
        .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; line-height: 1.4; }
        th { text-align: left; font-weight: 500; color: var(--quiet); border-bottom: 1px solid var(--line); vertical-align: bottom; }
        th, td { padding: 4px 17px 4px 0; }
        td:not(.n):not(:last-child) { white-space: nowrap; }
        td { border-bottom: 1px solid var(--soft); vertical-align: top; max-width: 46ch; overflow-wrap: break-word; }
        td:last-child:not(.n) { min-width: 16ch; }
        th:last-child, td:last-child { padding-right: 0; }
        .n { text-align: right; white-space: nowrap; }
        details { margin: 6px 0 14px; }
        summary { cursor: pointer; font-size: .9rem; color: var(--link); width: fit-content; }
        ul { padding-left: 1.2em; margin: 0 0 1rem; }
        footer { margin-top: 56px; border-top: 1px solid var(--line); padding-top: 12px; font-size: .82rem; color: var(--quiet); }
        .plot { display: block; width: 100%; height: auto; overflow: visible; }
        .plot.narrow { display: none; }
        .plot text { font-size: 11px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
        .plot text.axis { font-size: 11.5px; }
        .plot text.mid { text-anchor: middle; }
        .plot text.end { text-anchor: end; }
        .plot text.small { font-size: 10.5px; }
        .grid { stroke: var(--line); stroke-width: 1; }
        .base { stroke: var(--faint); stroke-width: 1; }
        .c0 { --ink: var(--c0); } .c1 { --ink: var(--c1); } .c2 { --ink: var(--c2); } .c3 { --ink: var(--c3); }
        .c4 { --ink: var(--c4); } .c5 { --ink: var(--c5); } .ct { --ink: var(--text); } .cq { --ink: var(--quiet); }
        .cf { --ink: var(--faint); }
        .l { fill: none; stroke: var(--ink); stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
        .l.thin { stroke-width: 1; } .l.thick { stroke-width: 2.6; }
        .l.dash { stroke-dasharray: 5 4; } .l.dot { stroke-dasharray: 1 4; }
        .a { fill: var(--ink); fill-opacity: .16; stroke: none; }
        .b { fill: var(--ink); }
        .d { fill: var(--ink); stroke: var(--page); stroke-width: .8; }
        .ring { fill: var(--page); stroke: var(--ink); stroke-width: 1.5; }
        .x { fill: none; stroke: var(--ink); stroke-width: 1.4; }
        .e { stroke: var(--ink); stroke-width: 1; stroke-opacity: .45; }
        .plot text.label { fill: var(--ink); }
        @media (max-width: 640px) {
          main { padding: 24px 16px 48px; }
          h1 { font-size: 1.6rem; }
          .findings, .beside { grid-template-columns: minmax(0, 1fr); }
          .finding { padding: 14px 16px 8px; }
          .plot.wide { display: none; }
          .plot.narrow { display: block; }
          section { margin-top: 38px; }
        }
        @media print { body { background: none; } details { display: none; } nav { display: none; } figure { break-inside: avoid; } }

        """
}
