/// A recipe with every key and what it means; a test reads it back.
package enum RecipeExample {
    package static let text = #"""
        # Every key of a recipe. Keys marked with a default may be left out.
        schema: espalier.recipe/1
        # A built-in space, a space file, or {use: ..., parameter: n}; only: [434, 111] begins with these children (default all)
        space: {use: deeper-insights, cells: 2}
        data:
          set: synthetic                  # synthetic | cifar10 | cifar100 | idx
          # folder: data                  # where the files are; --data goes before it; none for synthetic
          hold-out: {rank: 256, pick: 256}  # images from the end of the training set: for decisions, for the final choice
          resize: none                    # none | 16, 14: means of 2x2 pixels of 32x32, 28x28 images (default none)
          augment: []                     # any of crop-N (N from 1 to 16) and flip (default none)
          synthetic: {side: 12, train: 4000, test: 2000, jitter: 1}   # knobs of the built-in images (default all)
        seed: 7                           # of all draws; or seeds: {init: 7, order: 7, data: 7, augment: 7} (default 0)
        train:
          batch: 64                       # (default 256)
          budget: {images: 200000}        # images | macs: all passes, scoring included; steps | epochs: training only
          optimizer:
            lr: 0.05                      # (default 0.025)
            lr-end: 0.001                 # (default 0.001)
            schedule: cosine              # cosine over the spent budget | constant (default cosine)
            restart: none                 # none | round: the schedule begins anew in every round (default none)
            warm-up: 0                    # share of the budget (of the round, where it restarts) the rate grows over (default 0)
            momentum: 0.9                 # (default 0.9)
            weight-decay: 1.0e-3          # (default 1.0e-3)
            unsampled: decay              # decay | skip: parameters of the trained group no sampled child used (default decay)
          bn-momentum: 0.4                # share of the newest batch in running statistics (default 0.4)
          # Which children a step trains: uniform | sequential | shuffled-once | shuffled-cycle | fair | sandwich | by-score,
          # or {use: by-score, floor: 0.25} (default shuffled-cycle)
          sampling: shuffled-cycle
        # Who shares weights (default all):
        #   {mode: all}                                      all children
        #   {mode: groups, by: similarity, count: 4}         groups from the start; or by: random, partition: 42 (its seed)
        #   {mode: prefix, cells: 1}                         the stem and the first cells; the rest of each child is its own
        #   {mode: keyword, share: [depthwise]}              the parameters whose names hold one of the words
        #   {mode: none}                                     every child alone
        #   {mode: adaptive, below: 16, least: 4}            groups grow as survivors shrink: none above 16, 4 children in each
        # With independent: true (all, groups, none, adaptive) each group has the whole budget and schedule to itself.
        sharing: {mode: all, independent: false}
        score:
          on: rank                        # role: rank | pick | test | train (default rank)
          bn: batch                       # batch | running | calibrated (default batch)
          calibration-images: 2560        # where bn is calibrated (default 2560)
          measure: loss                   # loss | accuracy (default loss)
          window: 2                       # a decision uses the mean of this many scorings (default 4)
          smooth: main-effects            # none | main-effects: ridge fit on one effect a slot and operator (default none)
          residual: none                  # none | log-params: rank by what a line on log(params) leaves (default none)
          size-prior: 0                   # weight of log(params) beside the score; every table says so (default 0)
          gate: none                      # drop nobody where the last two rankings agree by tau-b less than this (default none)
          sample: 1000                    # of more living children only so many are scored (default 1000)
          probe: {batches: 0, lr: 0.005}  # fine-tune a copy of each child so many batches before it is scored (default none)
        rounds:                           # (default none: train, then rank once)
          - {at: 0.5, regroup: none}      # a decision when this fraction of the budget is spent; or steps: 900, or epochs: 3
          # And the survivors split into groups: by similarity (weighted: none | depth | macs, using: slices | agglomeration),
          # random (partition: 42), correlation of scores over time, or gradient (batches: 2);
          # reset: none | momentum | weights of the groups that are new.
          - {at: 0.7, regroup: {by: similarity, count: 4, weighted: none, using: slices, reset: none}}
        policy: {use: keep-fraction, keep: 0.5}   # a built-in policy, its name, a policy file, or a program (default keep-all)
        checkpoint: {every-batches: 500, every-seconds: 60, keep: 3}   # (default these)

        """#
}
