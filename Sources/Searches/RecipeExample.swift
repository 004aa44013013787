/// A recipe with every key and what it means; a test reads it back.
package enum RecipeExample {
    package static let text = #"""
        # Every key of a recipe. Keys marked with a default may be left out.
        schema: espalier.recipe/1
        space: {use: deeper-insights, cells: 2}   # a built-in space, a space file, or {use: ..., parameter: n}
        data:
          set: synthetic                  # synthetic | cifar10 | cifar100 | idx
          # folder: data                  # where the files are; --data goes before it; none for synthetic
          hold-out: {rank: 256, pick: 256}  # images from the end of the training set: for decisions, for the final choice
          resize: none                    # none | 16: means of 2x2 pixels of 32x32 images (default none)
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
            momentum: 0.9                 # (default 0.9)
            weight-decay: 1.0e-3          # (default 1.0e-3)
            unsampled: decay              # decay | skip: parameters of the trained group no sampled child used (default decay)
          bn-momentum: 0.4                # share of the newest batch in running statistics (default 0.4)
          sampling: shuffled-cycle        # uniform | sequential | shuffled-once | shuffled-cycle (default shuffled-cycle)
        sharing: {mode: all}              # all | {mode: groups, by: similarity, count: 4} (default all)
        score:
          on: rank                        # role: rank | pick | test | train (default rank)
          bn: batch                       # batch | running | calibrated (default batch)
          calibration-images: 2560        # where bn is calibrated (default 2560)
          measure: loss                   # loss | accuracy (default loss)
          window: 2                       # a decision uses the mean of this many scorings (default 4)
          smooth: none                    # no other yet (default none)
          probe: {batches: 0, lr: 0}      # no other yet (default none)
        rounds:                           # (default none: train, then rank once)
          - {at: 0.5, regroup: none}      # a decision when this fraction of the budget is spent
          - {at: 0.7, regroup: {by: similarity, count: 4}}   # and the survivors split into groups of look-alikes
        policy: {use: keep-fraction, keep: 0.5}   # a built-in policy, its name, or a policy file (default keep-all)
        checkpoint: {every-batches: 500, every-seconds: 60, keep: 3}   # (default these)

        """#
}
