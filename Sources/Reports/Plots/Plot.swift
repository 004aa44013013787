/// A picture of numbers: two axes and marks, with its meaning in words and its figures as a table for those who cannot see
/// it. It knows neither colours nor pixels; ``svg(width:id:class:)`` draws it for a width.
package struct Plot: Sendable {
    package var title: String
    /// What is drawn and what it shows, in a sentence or two.
    package var description: String
    package var x: Axis
    package var y: Axis
    package var marks: [Mark]
    package var legend: [Key]
    /// Pixels, without the axes.
    package var height: Double
    /// Room beside the axes for texts, in letters.
    package var lettersRight: Int
    package var lettersLeft: Int
    package var table: Table?

    /// A line of the legend.
    package struct Key: Sendable, Hashable {
        package enum Sample: Sendable, Hashable { case line(Mark.Stroke), dot(Mark.Shape), patch }
        package let text: String
        package let ink: Ink
        package let sample: Sample

        package init(_ text: String, _ ink: Ink, _ sample: Sample) {
            (self.text, self.ink, self.sample) = (text, ink, sample)
        }
    }

    package init(
        _ title: String, _ description: String, x: Axis, y: Axis, marks: [Mark], legend: [Key] = [],
        height: Double = 240, lettersRight: Int = 0, lettersLeft: Int = 0, table: Table? = nil
    ) {
        self.title = title
        self.description = description
        self.x = x
        self.y = y
        self.marks = marks
        self.legend = legend
        self.height = height
        self.lettersRight = lettersRight
        self.lettersLeft = lettersLeft
        self.table = table
    }
}
