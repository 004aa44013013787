extension SearchSpace {
    /// A copy of `spaces/deeper-insights.yaml`; a test holds them equal, `spaces/embed.py` writes it.
    package static let deeperInsightsText = #"""
        # The 64 children of "Deeper Insights into Weight Sharing in Neural Architecture Search" (arXiv 2001.01431), as in its
        # authors' code: operator 4 is the 5x5 dilated convolution and a cell's output is a concatenation.
        schema: espalier.space/1
        name: deeper-insights
        about: four equal cells of two nodes, four operators on each of three edges
        parameters: {channels: 16, cells: 4}

        # A child is written as one digit a slot, "111" to "444", or as "0->1 sep_conv_5x5, 0->2 dil_conv_5x5, 1->2 max_pool_3x3".
        labels: {first: 1}
        notation: edges

        slots:
          "0->1": &operators [max_pool_3x3, sep_conv_3x3, sep_conv_5x5, dil_conv_5x5]
          "0->2": *operators
          "1->2": *operators

        operators:
          max_pool_3x3:
            name: _ops.0
            layers:
              - {layer: max-pool, kernel: 3, padding: 1}
              - {layer: batch-norm, name: bn, affine: false}
          sep_conv_3x3:
            name: _ops.1
            layers:
              - relu
              - {layer: depthwise, name: net.0.net.1, kernel: 3, padding: 1}
              - {layer: convolution, name: net.0.net.2, output: in, kernel: 1}
              - {layer: batch-norm, name: net.0.net.3, affine: false}
              - relu
              - {layer: depthwise, name: net.1.net.1, kernel: 3, padding: 1}
              - {layer: convolution, name: net.1.net.2, output: in, kernel: 1}
              - {layer: batch-norm, name: net.1.net.3, affine: false}
          sep_conv_5x5:
            name: _ops.2
            layers:
              - relu
              - {layer: depthwise, name: net.0.net.1, kernel: 5, padding: 2}
              - {layer: convolution, name: net.0.net.2, output: in, kernel: 1}
              - {layer: batch-norm, name: net.0.net.3, affine: false}
              - relu
              - {layer: depthwise, name: net.1.net.1, kernel: 5, padding: 2}
              - {layer: convolution, name: net.1.net.2, output: in, kernel: 1}
              - {layer: batch-norm, name: net.1.net.3, affine: false}
          dil_conv_5x5:
            name: _ops.3
            layers:
              - relu
              - {layer: depthwise, name: net.1, kernel: 5, padding: 4, dilation: 2}
              - {layer: convolution, name: net.2, output: in, kernel: 1}
              - {layer: batch-norm, name: net.3, affine: false}

        network:
          - layers:
              - {layer: convolution, name: net.stem.0, output: 3*channels, kernel: 3, padding: 1}
              - {layer: batch-norm, name: net.stem.1, affine: true}
              - {layer: convolution, name: net.stem.2, output: 3*channels, kernel: 3, padding: 1}
              - {layer: batch-norm, name: net.stem.3, affine: true}
          - cell:
              repeat: cells
              name: net.cells.{cell}
              preprocess:
                - relu
                - {layer: convolution, name: preproc.net.1, output: channels, kernel: 1}
                - {layer: batch-norm, name: preproc.net.2, affine: false}
              nodes: 3
              edges:
                - {from: 0, to: 1, slot: "0->1", name: dag.0.0}
                - {from: 0, to: 2, slot: "0->2", name: dag.1.0}
                - {from: 1, to: 2, slot: "1->2", name: dag.1.1}
              output: concatenation
          - layers:
              - global-average-pool
              - {layer: linear, name: net.linear, output: classes}

        """#
}
