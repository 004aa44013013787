// Written by Tools/embed.py from recipes/; a test compares the two.

/// The recipes in recipes/, embedded.
package enum BuiltInRecipes {
    /// By name.
    package static let texts: [String: String] = [
        "cifar10-reduced": #"""
        # The full-size space on full-size images with a budget of 2.5 million image passes, scoring included.
        schema: espalier.recipe/1
        space: deeper-insights
        data:
          set: cifar10
          hold-out: {rank: 1000, pick: 1000}
          augment: [crop-4, flip]
        seed: 0
        train:
          batch: 256
          budget: {images: 2500000}
          optimizer: {lr: 0.025, lr-end: 0.001, schedule: cosine, momentum: 0.9, weight-decay: 1.0e-3, unsampled: decay}
          bn-momentum: 0.4
          sampling: shuffled-cycle
        sharing: {mode: all}
        score: {on: rank, bn: batch, measure: loss, window: 4, smooth: main-effects}
        rounds:
          - {at: 0.5}
          - {at: 0.7}
        policy: {use: keep-all}     # dropping was not shown to help on these images; --policy keep-fraction drops half in each round
        checkpoint: {every-batches: 500, every-seconds: 60, keep: 3}

        """#,
        "cifar10-small": #"""
        # The same 64 children at about an eighth of the cost: images averaged to 16x16, two cells, batches of 64. For
        # experiments that need a truth of their own.
        schema: espalier.recipe/1
        space: {use: deeper-insights, cells: 2}
        data:
          set: cifar10
          hold-out: {rank: 1024, pick: 1024}
          resize: 16
          augment: [crop-4, flip]
        seed: 0
        train:
          batch: 64
          budget: {images: 1500000}
          optimizer: {lr: 0.025, lr-end: 0.001, schedule: cosine, momentum: 0.9, weight-decay: 1.0e-3, unsampled: decay}
          bn-momentum: 0.4
          sampling: shuffled-cycle
        sharing: {mode: all}
        score: {on: rank, bn: batch, measure: loss, window: 4, smooth: main-effects}
        rounds:
          - {at: 0.5}
          - {at: 0.7}
        policy: {use: keep-all}     # dropping has not been shown to help here; --policy keep-fraction drops half in each round
        checkpoint: {every-batches: 500, every-seconds: 60, keep: 3}

        """#,
        "cifar10-smoke": #"""
        # A progressive search on CIFAR-10 in minutes: 60,000 image passes in all, scoring included. Enough to see every part of
        # a run work on real images; far too short to trust the ranking. One scoring of all 64 children is 8,192 images, so four
        # of them would leave no training before the first decision: window is 1 here, and without a second scoring to agree with
        # there is no gate.
        schema: espalier.recipe/1
        space: deeper-insights
        data:
          set: cifar10
          hold-out: {rank: 128, pick: 128}
          augment: [crop-4, flip]
        seed: 0
        train:
          batch: 64
          budget: {images: 60000}
          optimizer: {lr: 0.025, lr-end: 0.001, schedule: cosine, momentum: 0.9, weight-decay: 1.0e-3, unsampled: decay}
          bn-momentum: 0.4
          sampling: shuffled-cycle
        sharing: {mode: all}
        score: {on: rank, bn: batch, measure: loss, window: 1, smooth: main-effects}
        rounds:
          - {at: 0.5, regroup: none}
          - {at: 0.75, regroup: {by: similarity, count: 4}}
        policy: {use: keep-fraction, keep: 0.5}
        checkpoint: {every-batches: 100, every-seconds: 60, keep: 3}

        """#,
        "deeper-insights-paper": #"""
        # The supernet of "Deeper Insights into Weight Sharing in NAS": uniform training of all 64 children, no pruning.
        # 200 epochs of all 50,000 training images, children in sequence, shared running statistics, scored on the test set
        # (the paper has no hold-out, so every table of this recipe is stamped). Days on two cores.
        # The paper steps the learning rate once an epoch; here it follows the spent budget at every step.
        schema: espalier.recipe/1
        space: deeper-insights
        data:
          set: cifar10
          hold-out: {rank: 0, pick: 0}
          augment: [crop-4, flip]
        seed: 0
        train:
          batch: 256
          budget: {epochs: 200}
          optimizer: {lr: 0.025, lr-end: 0.001, schedule: cosine, momentum: 0.9, weight-decay: 1.0e-3, unsampled: decay}
          bn-momentum: 0.4
          sampling: sequential
        sharing: {mode: all}
        score: {on: test, bn: running, measure: accuracy, window: 1}
        rounds: []
        policy: {use: keep-all}
        checkpoint: {every-batches: 500, every-seconds: 60, keep: 3}

        """#,
        "demo-progressive": #"""
        # The built-in images with everything a progressive search does: the worse half dropped in each of two rounds, groups of
        # look-alikes among the last, and a gate. A show of what it does, not advice: docs/choosing-a-policy.md.
        schema: espalier.recipe/1
        space: {use: deeper-insights, cells: 1}
        data:
          set: synthetic
          hold-out: {rank: 250, pick: 250}
          augment: []
        seed: 7
        train:
          batch: 32
          budget: {images: 300000}
          optimizer: {lr: 0.07, lr-end: 0.001, schedule: cosine, momentum: 0.9, weight-decay: 1.0e-3, unsampled: decay}
          bn-momentum: 0.4
          sampling: shuffled-cycle
        sharing: {mode: adaptive, by: similarity, below: 16, least: 4}  # groups of 4 or more once 16 or fewer are left
        score: {on: rank, bn: batch, measure: loss, window: 4, smooth: main-effects, gate: 0.3}
        rounds:
          - {at: 0.5}
          - {at: 0.7}
        policy: {use: keep-fraction, keep: 0.5}
        checkpoint: {every-batches: 500, every-seconds: 60, keep: 3}

        """#,
        "demo": #"""
        # The built-in search: all 64 children on small synthetic images, under a minute on two cores, nothing to download.
        # What the images show and what every child is worth when trained alone: docs/synthetic.md.
        schema: espalier.recipe/1
        space: {use: deeper-insights, cells: 1}
        data:
          set: synthetic
          hold-out: {rank: 250, pick: 250}
          augment: []
        seed: 7
        train:
          batch: 32
          budget: {images: 400000}
          optimizer: {lr: 0.07, lr-end: 0.001, schedule: cosine, momentum: 0.9, weight-decay: 1.0e-3, unsampled: decay}
          bn-momentum: 0.4
          sampling: shuffled-cycle
        sharing: {mode: all}
        score: {on: rank, bn: batch, measure: loss, window: 4, smooth: main-effects}
        rounds:
          - {at: 0.5}
          - {at: 0.7}
        policy: {use: keep-all}     # dropping has not been shown to help here; --policy keep-fraction drops half in each round
        checkpoint: {every-batches: 500, every-seconds: 60, keep: 3}

        """#,
        "fashion-small": #"""
        # Sixteen of the 64 children, spread over the ranks of the published table, on Fashion-MNIST averaged to 14x14: two
        # cells, batches of 64, as many images a child as in cifar10-small. For experiments that need a second truth of their own.
        schema: espalier.recipe/1
        space:
          use: deeper-insights
          cells: 2
          only: [111, 113, 132, 141, 144, 214, 222, 223, 232, 244, 321, 324, 421, 422, 423, 434]
        data:
          set: idx
          hold-out: {rank: 1024, pick: 1024}
          resize: 14
          augment: [crop-2, flip]
        seed: 0
        train:
          batch: 64
          budget: {images: 375000}
          optimizer: {lr: 0.025, lr-end: 0.001, schedule: cosine, momentum: 0.9, weight-decay: 1.0e-3, unsampled: decay}
          bn-momentum: 0.4
          sampling: shuffled-cycle
        sharing: {mode: all}
        score: {on: rank, bn: batch, measure: loss, window: 4, smooth: main-effects}
        rounds:
          - {at: 0.5}
          - {at: 0.7}
        policy: {use: keep-all}     # dropping was worth nothing here; --policy keep-fraction drops half in each round
        checkpoint: {every-batches: 500, every-seconds: 60, keep: 3}

        """#,
        "verify-resume": #"""
        # What `espalier verify-resume` runs where no recipe is given: about two seconds of everything a run does. Groups are
        # split by decisions, weights leave with dropped children, and checkpoints are frequent.
        schema: espalier.recipe/1
        space: {use: deeper-insights, cells: 1}
        data:
          set: synthetic
          hold-out: {rank: 32, pick: 32}
          synthetic: {side: 8, distance: 4, jitter: 1, train: 640, test: 64}
          augment: [crop-4, flip]
        seed: 7
        train:
          batch: 32
          budget: {images: 48000}
          optimizer: {lr: 0.05, lr-end: 0.001, schedule: cosine, momentum: 0.9, weight-decay: 1.0e-3, unsampled: decay}
          bn-momentum: 0.4
          sampling: shuffled-cycle
        sharing: {mode: all}
        score: {on: rank, bn: calibrated, calibration-images: 64, measure: loss, window: 2, smooth: main-effects}
        rounds:
          - {at: 0.4, regroup: {by: similarity, count: 2}}
          - {at: 0.7, regroup: {by: similarity, count: 4}}
        policy: {use: keep-fraction, keep: 0.5}
        checkpoint: {every-batches: 20, every-seconds: 60, keep: 3}

        """#,
    ]
}
