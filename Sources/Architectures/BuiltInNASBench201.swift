extension SearchSpace {
    /// A copy of `spaces/nas-bench-201.yaml`; a test holds them equal, `spaces/embed.py` writes it.
    package static let nasBench201Text = #"""
        # The 15,625 children of NAS-Bench-201 (arXiv 2001.00326; NATS-Bench topology space), with its own parameter names.
        schema: espalier.space/1
        name: nas-bench-201
        about: three stages of equal cells of three nodes, five operators on each of six edges
        parameters: {channels: 16, cells: 5, affine: 1}   # cells a stage; affine 1 or 0

        # A child is written as one digit a slot, "000000" to "444444", or as "|op~0|+|op~0|op~1|+|op~0|op~1|op~2|".
        labels: {first: 0}
        notation: node-strings
        # The benchmark numbers its children in the order of Python's random.Random(88).shuffle of the lexicographic list.
        order: {shuffle: mersenne-twister, seed: 88}

        slots:
          "0->1": &operators [none, skip_connect, nor_conv_1x1, nor_conv_3x3, avg_pool_3x3]
          "0->2": *operators
          "1->2": *operators
          "0->3": *operators
          "1->3": *operators
          "2->3": *operators

        operators:
          none:
            name: "0"
            layers: [zero]
          skip_connect:
            name: "1"
            layers: []
          nor_conv_1x1:
            name: "2"
            layers:
              - relu
              - {layer: convolution, name: op.1, output: in, kernel: 1}
              - {layer: batch-norm, name: op.2, affine: affine}
          nor_conv_3x3:
            name: "3"
            layers:
              - relu
              - {layer: convolution, name: op.1, output: in, kernel: 3, padding: 1}
              - {layer: batch-norm, name: op.2, affine: affine}
          avg_pool_3x3:
            name: "4"
            layers:
              - {layer: average-pool, kernel: 3, padding: 1}

        network:
          - layers:
              - {layer: convolution, name: stem.0, output: channels, kernel: 3, padding: 1}
              - {layer: batch-norm, name: stem.1, affine: true}
          - cell: &cell
              repeat: cells
              name: cells.{cell}
              nodes: 4
              edges:
                - {from: 0, to: 1, slot: "0->1", name: edges.1<-0}
                - {from: 0, to: 2, slot: "0->2", name: edges.2<-0}
                - {from: 1, to: 2, slot: "1->2", name: edges.2<-1}
                - {from: 0, to: 3, slot: "0->3", name: edges.3<-0}
                - {from: 1, to: 3, slot: "1->3", name: edges.3<-1}
                - {from: 2, to: 3, slot: "2->3", name: edges.3<-2}
              output: last
          - cell:
              name: cells.{cell}
              with: {width: 2*channels}
              nodes: 2
              edges:
                - {from: 0, to: 1, layers: &shortcut [
                    {layer: average-pool, kernel: 2, stride: 2},
                    {layer: convolution, name: downsample.1, output: width, kernel: 1}]}
                - {from: 0, to: 1, layers: &body [
                    relu,
                    {layer: convolution, name: conv_a.op.1, output: width, kernel: 3, stride: 2, padding: 1},
                    {layer: batch-norm, name: conv_a.op.2, affine: true},
                    relu,
                    {layer: convolution, name: conv_b.op.1, output: width, kernel: 3, padding: 1},
                    {layer: batch-norm, name: conv_b.op.2, affine: true}]}
              output: last
          - cell: *cell
          - cell:
              name: cells.{cell}
              with: {width: 4*channels}
              nodes: 2
              edges:
                - {from: 0, to: 1, layers: *shortcut}
                - {from: 0, to: 1, layers: *body}
              output: last
          - cell: *cell
          - layers:
              - {layer: batch-norm, name: lastact.0, affine: true}
              - relu
              - global-average-pool
              - {layer: linear, name: classifier, output: classes}

        """#
}
