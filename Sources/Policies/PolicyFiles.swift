/// The files of `policies/` as the program carries them; a test holds the two equal.
package enum PolicyFiles {
    /// Text by file name.
    package static let texts = [
        "keep-all.yaml": """
            # Keeps everyone until the end: uniform sampling of all children, the baseline of every comparison.
            schema: espalier.policy/1
            use: keep-all

            """,
        "keep-fraction.yaml": """
            # Keeps the best half of the survivors at each decision, by mean score.
            schema: espalier.policy/1
            use: keep-fraction
            keep: 0.5       # the share that is kept, above 0 and at most 1

            """,
    ]
}
