// Written by Tools/embed.py from policies/; a test compares the two.

/// The files of policies/, embedded.
package enum PolicyFiles {
    /// By name.
    package static let texts: [String: String] = [
        "confident-cut.yaml": #"""
        # Drops a child only where it is shown to be worse than at least `keep` others: at least four snapshots, paired image by
        # image, tested at a level over all rounds. What stays in doubt is trained on, and the next decision comes later.
        schema: espalier.policy/1
        use: confident-cut
        keep: 4           # true leaders of the supernet that are protected; below 1 a share of the first survivors
        alpha: 0.1        # the chance, over all rounds, that one of them is dropped
        rho-at-most: 0.95 # the largest correlation of neighbouring snapshots reckoned with

        """#,
        "drop-operators.yaml": #"""
        # Drops the lowest choices of the slots, and every child that has one; also where a space is too large to list.
        schema: espalier.policy/1
        use: drop-operators
        by: effect      # mean: of the children that have it; effect: the other slots held equal; angle: how far its weights turned
        drop: 1         # choices dropped a decision: a whole number, or below 1 a share of the choices alive, rounded up

        """#,
        "inverse-oracle.yaml": #"""
        # Keeps the worst half by a table of true values: the lower bound, and a check that a comparison can tell bad from good.
        # Not a search; every table of such a run says so.
        schema: espalier.policy/1
        use: inverse-oracle
        truth: truth.csv    # your table, found from the current folder: CSV with the columns label and gt_mean; the run remembers it
        keep: 0.5           # the share that is kept, above 0 and at most 1

        """#,
        "keep-all.yaml": #"""
        # Keeps everyone until the end: uniform sampling, the baseline of every comparison.
        schema: espalier.policy/1
        use: keep-all

        """#,
        "keep-fraction.yaml": #"""
        # Keeps the best half of the survivors at each decision, by mean score.
        schema: espalier.policy/1
        use: keep-fraction
        keep: 0.5       # the share that is kept, above 0 and at most 1

        """#,
        "macs.yaml": #"""
        # Keeps the half with the most multiply-adds, whatever the scores: a baseline that costs nothing.
        schema: espalier.policy/1
        use: macs
        keep: 0.5       # the share that is kept, above 0 and at most 1
        prefer: larger  # or smaller

        """#,
        "oracle.yaml": #"""
        # Keeps the best half by a table of true values: the upper bound of what pruning can reach. Not a search; every table of
        # such a run says so.
        schema: espalier.policy/1
        use: oracle
        truth: truth.csv    # your table, found from the current folder: CSV with the columns label and gt_mean; the run remembers it
        keep: 0.5           # the share that is kept, above 0 and at most 1

        """#,
        "params.yaml": #"""
        # Keeps the half with the most parameters, whatever the scores: a baseline that costs nothing.
        schema: espalier.policy/1
        use: params
        keep: 0.5       # the share that is kept, above 0 and at most 1
        prefer: larger  # or smaller

        """#,
        "random.yaml": #"""
        # Keeps a half drawn at random, keyed by the seed, the round and the child: what a policy must beat at equal cost.
        schema: espalier.policy/1
        use: random
        keep: 0.5       # the share that is kept, above 0 and at most 1

        """#,
        "regret-guard.yaml": #"""
        # Wraps any policy. The best of those it drops stop training but go on being scored, and come back if they turn out better
        # than the worst of the kept.
        schema: espalier.policy/1
        use: regret-guard
        wrap: {use: keep-fraction, keep: 0.5}   # the policy that decides: a name, or {use: ..., parameters}
        probation: 4    # how many of the newly dropped, the nearest to the cut
        rounds: 1       # for how many decisions each of them may come back

        """#,
        "successive-halving.yaml": #"""
        # Keeps the best half at each decision, by mean score, and gives every rung between two decisions an equal part of what is
        # left of the budget. Only the first decision comes from the recipe's rounds; the policy plans the others.
        schema: espalier.policy/1
        use: successive-halving
        eta: 2          # one child in eta is kept; any number above 1
        least: 1        # with so many left nothing more is planned

        """#,
    ]
}
