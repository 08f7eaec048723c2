import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A training that is ended from outside, without any warning.
@Suite struct CheckpointTests {
  @Test func aKilledTrainingGoesOn() throws {
    let scratch = try Scratch()
    func script(_ name: String, _ checkpoint: String) throws -> String {
      try scratch.write(
        """
        var net = Sequential(Conv2D(2, activation: .relu), BatchNorm(), MaxPool2D(4), Flatten(), Dense(10), seed: 3)
        fit(&net, digits(48), epochs: 8, batchSize: 16, optimizer: Adam(0.01)\(checkpoint))
        save(net, "\(scratch.path)/\(name).safetensors")
        """, to: "\(name).notch")
    }
    #expect(try Run(["run", script("whole", "")]).code == 0)
    let killed = try script(
      "killed", ", checkpoint: \"\(scratch.path)/run.safetensors\", resume: true")
    for epoch in [2, 5] {
      let running = try Running(["run", killed])
      try running.output.read { $0.contains("epoch \(epoch)/8") }
      running.child.send(SIGKILL)
      #expect(try running.child.exitCode() == 128 + SIGKILL)
    }
    let last = try Run(["run", killed])
    #expect(last.code == 0, "\(last.errors)")
    #expect(last.output.contains("were taken from the checkpoint"))
    let files = try ["whole", "killed"].map {
      try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/\($0).safetensors"))
    }
    #expect(files[0] == files[1])
  }
}
