import Foundation

/// A Python with the rivals' packages in it, kept out of the repository's sight in the build folder.
enum PythonEnvironment {
  /// DuckDB 2.0.0 reads small files many times slower, so the yardstick is the release before it.
  static let packages = ["duckdb==1.5.6", "chdb==4.4.0"]
  /// Names a Python that has them already.
  static let overrideVariable = "TRAILQ_BENCH_PYTHON"

  /// The path of the Python to use.
  ///
  /// - Throws: `BenchError` where the packages cannot be had; SQLite needs none of them.
  static func prepare(in work: URL) throws -> String {
    if let given = ProcessInfo.processInfo.environment[overrideVariable] { return given }
    let folder = work.appending(path: "venv")
    let python = folder.appending(path: "bin/python").path
    let imports = ["-c", "import duckdb, chdb"]
    if (try? ChildProcess.run(python, imports, quietly: true)) != nil { return python }
    say("installing \(packages.joined(separator: " ")) in \(folder.path)")
    _ = try ChildProcess.run("python3", ["-m", "venv", folder.path])
    _ = try ChildProcess.run(
      python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"] + packages)
    _ = try ChildProcess.run(python, imports)
    return python
  }
}
