"""医師少数スポット: facilities, policy, criteria, designation, outputs and maps.

The main job is `spots.job.run_file.read_run_file`, then `spots.job.execution.execute`, then
`spots.outputs.write_folder`.
"""
