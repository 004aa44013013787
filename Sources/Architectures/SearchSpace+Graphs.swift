import Foundations

extension SearchSpace {
    /// The child as layer calls: node 0 the image, the last node the logits, every chosen operator included even where
    /// its output is not used. Throws ``YAMLError`` where a layer does not fit the image size.
    package func graph(of child: Child, input: FeatureShape, classes: Int) throws -> LayerGraph {
        check(child)
        var builder = GraphBuilder(description, child: child)
        return try builder.build(input: input, classes: classes)
    }

    /// All parameters of the supernet, each once, in a fixed order: as the network calls them, all choices of a slot one
    /// after the other. Names are unique.
    package func parameters(input: FeatureShape, classes: Int) throws -> [Parameter] {
        var builder = GraphBuilder(description, child: nil)
        return try builder.build(input: input, classes: classes).nodes.flatMap(\.parameters)
    }
}
