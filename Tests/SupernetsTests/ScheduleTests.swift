import Supernets
import Testing

@Suite struct ScheduleTests {
    /// numpy: 0.001 + (0.025 - 0.001) * (1 + cos(pi * f)) / 2.
    private static let cosine: [(Double, Double)] = [
        (0, 0.025),
        (0.001, 0.024999940782422302),
        (0.1, 0.024412678195541847),
        (0.123, 0.0241151890122288),
        (0.25, 0.02148528137423857),
        (0.3333333333333333, 0.019000000000000003),
        (0.5, 0.013000000000000001),
        (0.6180339887498949, 0.008651501319034239),
        (0.75, 0.0045147186257614305),
        (0.9, 0.0015873218044581577),
        (0.999, 0.0010000592175777015),
        (1, 0.001),
    ]

    @Test(arguments: cosine)
    func cosineIsThatOfNumpy(fraction: Double, expected: Double) {
        let rate = Schedule(start: 0.025, end: 0.001, shape: .cosine).rate(at: fraction)
        #expect(rate == Float(expected), "at \(fraction): \(rate), expected \(expected)")
    }

    @Test func fractionsAreClamped() {
        let schedule = Schedule(start: 0.025, end: 0.001, shape: .cosine)
        #expect(schedule.rate(at: -1) == 0.025 && schedule.rate(at: 2) == 0.001)
    }

    @Test func constantStays() {
        let schedule = Schedule(start: 0.005, end: 0.001, shape: .constant)
        #expect(schedule.rate(at: 0) == 0.005 && schedule.rate(at: 1) == 0.005)
    }
}
