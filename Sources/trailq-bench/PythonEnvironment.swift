import Foundation

/// A Python with the rivals' packages in it, kept out of the repository's sight in the build folder.
enum PythonEnvironment {
  /// Packages that are installed together, and what shows that they are there.
  struct PackageSet {
    var packages: [String]
    var imports: String

    /// DuckDB 2.0.0 reads small files many times slower, so the yardstick is the release before it.
    static let engines = PackageSet(
      packages: ["duckdb==1.5.6", "chdb==4.4.0"], imports: "import duckdb, chdb")
    static let polars = PackageSet(
      packages: ["polars==2.1.0", "orjson==3.13.0"], imports: "import polars, orjson")
    static let moto = PackageSet(packages: ["moto==5.2.1"], imports: "import moto.events.models")
  }

  /// Names a Python that has them already.
  static let overrideVariable = "TRAILQ_BENCH_PYTHON"

  /// The path of the Python to use.
  ///
  /// - Throws: `BenchError` where the packages cannot be had; SQLite needs none of them.
  static func prepare(_ set: PackageSet, in work: URL) throws -> String {
    if let given = ProcessInfo.processInfo.environment[overrideVariable] { return given }
    let folder = work.appending(path: "venv")
    let python = folder.appending(path: "bin/python").path
    let imports = ["-c", set.imports]
    for known in [python, "python3"]
    where (try? ChildProcess.run(known, imports, quietly: true)) != nil {
      return known
    }
    say("installing \(set.packages.joined(separator: " ")) in \(folder.path)")
    do {
      if !FileManager.default.fileExists(atPath: python) {
        _ = try ChildProcess.run("python3", ["-m", "venv", folder.path])
      }
      _ = try ChildProcess.run(
        python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"] + set.packages)
      _ = try ChildProcess.run(python, imports)
    } catch {
      let packages = set.packages.joined(separator: " and ")
      throw BenchError("Python has no \(packages), and they cannot be installed: \(error)")
    }
    return python
  }
}
