extension Stage {
    /// What is computed while the stage reads its inputs: `relu(norm + norm)`; segments of channels after one another are
    /// separated by `|`. Empty where a buffer is read as it is.
    var onLoad: String {
        let texts = views.map { view in
            let segments = view.segments.map { segment in
                segment.terms.map { $0.norm == nil ? "x" : "norm" }.joined(separator: " + ")
            }
            let text = segments.joined(separator: " | ")
            return view.relu ? "relu(\(text))" : text
        }
        let text = texts.joined(separator: "; ")
        return text == "x" ? "" : text
    }
}
